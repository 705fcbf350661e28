//! `git http-backend` behind nginx and fcgiwrap, over http and https, for those who know a password.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::{Person, script, search_path};

use super::servers::{Daemon, free_port, listens, program, set_up, wait_for};

pub(super) struct Web {
    pub(super) http: u16,
    pub(super) https: u16,
    dir: PathBuf,
    _daemons: Vec<Daemon>,
}

impl Web {
    pub(super) fn start(root: &Path) -> Result<Self, String> {
        let (nginx, fcgiwrap) = (program("nginx")?, program("fcgiwrap")?);
        let openssl = program("openssl")?;
        let dir = root.join("web");
        fs::create_dir(&dir).unwrap();
        let at = |name: &str| dir.join(name).to_str().unwrap().to_owned();
        certificates(&openssl, &dir);
        // It says when a push begins.
        let cgi = format!(
            "case \"$PATH_INFO?$QUERY_STRING\" in *git-receive-pack*) touch \"{}/${{REPO}}/remote.git/pushing\";; esac\n\
             exec git http-backend",
            root.display()
        );
        script(&dir.join("cgi"), &cgi);
        fs::write(at("passwords"), "sam:{PLAIN}secret\n").unwrap();
        let (http, https) = (free_port(), free_port());
        fs::write(at("config"), config(root, &dir, http, https)).unwrap();
        let path = search_path();
        let env = [("HOME", dir.to_str().unwrap()), ("PATH", path.to_str().unwrap())];
        let socket = at("socket");
        let daemons = vec![
            Daemon::start(
                &dir.join("log"),
                &fcgiwrap,
                &["-c", "8", "-s", &format!("unix:{socket}")],
                &env,
            ),
            Daemon::start(
                &dir.join("log"),
                &nginx,
                &["-e", &at("errors"), "-c", &at("config")],
                &env,
            ),
        ];
        wait_for("fcgiwrap", || Path::new(&socket).exists())?;
        wait_for("nginx", || listens(http) && listens(https))?;
        Ok(Self {
            http,
            https,
            dir,
            _daemons: daemons,
        })
    }

    /// Where `person` finds the repository of a stage behind `port`, with the right password or a wrong one, trusting
    /// the authority of the certificate or not.
    pub(super) fn address(
        &self,
        person: &Person,
        scheme: &str,
        (port, stage): (u16, &str),
        (right, known): (bool, bool),
    ) -> String {
        let password = if right { "secret" } else { "guess" };
        let authority = self.dir.join(if known { "ca.pem" } else { "other.pem" });
        let config = format!(
            "[credential]\n\thelper = \"!f() {{ echo username=sam; echo password={password}; }}; f\"\n\
             [http]\n\tsslCAInfo = {}\n",
            authority.display()
        );
        fs::write(person.home.join(".gitconfig"), config).unwrap();
        format!("{scheme}://127.0.0.1:{port}/{stage}/remote.git")
    }
}

/// An authority, a certificate of it for this machine, and another authority.
fn certificates(openssl: &Path, dir: &Path) {
    let at = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    fs::write(at("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    for name in ["ca", "other"] {
        let (subject, key, pem) = (
            format!("/CN={name}"),
            at(&format!("{name}.key")),
            at(&format!("{name}.pem")),
        );
        let own = [
            "req", "-x509", "-days", "2", "-subj", &subject, "-keyout", &key, "-out", &pem,
        ];
        set_up(openssl, &[&own[..], &curve[..]].concat(), &[]);
    }
    let request = [
        "req",
        "-subj",
        "/CN=127.0.0.1",
        "-keyout",
        &at("key"),
        "-out",
        &at("request"),
    ];
    set_up(openssl, &[&request[..], &curve[..]].concat(), &[]);
    let sign = [
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        &at("request"),
        "-CA",
        &at("ca.pem"),
        "-CAkey",
        &at("ca.key"),
        "-CAcreateserial",
        "-extfile",
        &at("names"),
        "-out",
        &at("certificate"),
    ];
    set_up(openssl, &sign, &[]);
}

fn config(root: &Path, dir: &Path, http: u16, https: u16) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path {}/{kind};\n", dir.display()))
        .concat();
    let (root, dir) = (root.display(), dir.display());
    format!(
        "daemon off;
master_process off;
pid {dir}/pid;
error_log {dir}/errors;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_max_body_size 0;
{temporary}
    server {{
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
        ssl_certificate {dir}/certificate;
        ssl_certificate_key {dir}/key;
        location ~ ^/(?<repo>[a-z0-9]+)(?<rest>/remote\\.git/.*)$ {{
            auth_basic \"one-on-one\";
            auth_basic_user_file {dir}/passwords;
            if (-f {root}/$repo/forbidden) {{ return 403; }}
            fastcgi_pass unix:{dir}/socket;
            fastcgi_param SCRIPT_FILENAME {dir}/cgi;
            fastcgi_param GIT_PROJECT_ROOT {root};
            fastcgi_param GIT_HTTP_EXPORT_ALL 1;
            fastcgi_param REPO $repo;
            fastcgi_param PATH_INFO $uri;
            fastcgi_param REMOTE_USER $remote_user;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
        }}
    }}
}}
"
    )
}

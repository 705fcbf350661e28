//! One pair's repository: the only place that names `git2` or runs `git`.

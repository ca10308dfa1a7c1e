//! Named steps at which a crash test may stop this process or make a write fail.
//!
//! `PAIRLANE_FAILPOINT=NAME:COUNT:ACTION` acts when the step `NAME` is reached for the `COUNT`th
//! time. `stop` prints `stopped at NAME` and holds the thread there, so that the parent may kill
//! the process at exactly that step; `error` returns the error of a failing disk. Without the
//! feature `failpoints` a step is nothing at all.

use std::io;

#[cfg(feature = "failpoints")]
pub(crate) fn reach(step: &str) -> io::Result<()> {
    use std::io::Write;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static PLAN: OnceLock<Option<(String, u64, String)>> = OnceLock::new();
    static REACHED: AtomicU64 = AtomicU64::new(0);

    let plan = PLAN.get_or_init(|| {
        let text = std::env::var("PAIRLANE_FAILPOINT").ok()?;
        let mut parts = text.split(':');
        Some((parts.next()?.into(), parts.next()?.parse().ok()?, parts.next()?.into()))
    });
    let Some((name, count, action)) = plan else { return Ok(()) };
    if name != step || REACHED.fetch_add(1, Ordering::SeqCst) + 1 != *count {
        return Ok(());
    }
    if action == "error" {
        return Err(io::Error::other(format!("failpoint {name}: the disk failed")));
    }
    let mut stdout = io::stdout();
    writeln!(stdout, "stopped at {name}").and_then(|()| stdout.flush())?;
    loop {
        std::thread::park();
    }
}

#[cfg(not(feature = "failpoints"))]
#[inline(always)]
#[expect(clippy::unnecessary_wraps, clippy::inline_always, reason = "one signature for both forms")]
pub(crate) fn reach(_step: &str) -> io::Result<()> {
    Ok(())
}

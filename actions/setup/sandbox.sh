#!/usr/bin/env bash
# Makes the sandbox's launcher usable on this runner: bubblewrap, and where AppArmor keeps user namespaces from ordinary programs, a profile for bubblewrap alone.
# What cannot be done here is said and is no failure: Assay probes what the machine gives, names the grade, and runs no untrusted code where there is none.
set -euo pipefail

[[ "$(uname -s)" == Linux ]] || { echo '::notice title=Assay sandbox::Not Linux: the change'"'"'s code does not run here, scans do.'; exit 0; }

as_root() {
  if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

if ! command -v bwrap > /dev/null; then
  as_root apt-get install -y --no-install-recommends bubblewrap > /dev/null 2>&1 \
    || { as_root apt-get update > /dev/null && as_root apt-get install -y --no-install-recommends bubblewrap > /dev/null; } \
    || { echo '::notice title=Assay sandbox::bubblewrap could not be installed: a weaker grade is used, if this machine gives one.'; exit 0; }
fi

restricted=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
if [[ -r "$restricted" && "$(cat "$restricted")" == 1 ]]; then
  as_root tee /etc/apparmor.d/assay-bwrap > /dev/null << 'PROFILE'
abi <abi/4.0>,
include <tunables/global>

profile assay-bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
  include if exists <local/assay-bwrap>
}
PROFILE
  as_root apparmor_parser --replace /etc/apparmor.d/assay-bwrap \
    || echo '::notice title=Assay sandbox::The AppArmor profile could not be loaded: a weaker grade is used, if this machine gives one.'
fi

echo "bubblewrap: $(bwrap --version)"

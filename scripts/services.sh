#!/usr/bin/env bash
# Postgres (with pgvector) and Redis for tests and development on a machine without Docker.
#
#   scripts/services.sh start    starts both, installing what is missing (Debian or Ubuntu, as root)
#   scripts/services.sh env      prints the two exports: eval "$(scripts/services.sh env)"
#   scripts/services.sh status   one line each; exit code 3 when one does not answer
#   scripts/services.sh stop     stops both, keeps their data
#   scripts/services.sh kill     ends both as a power cut of their machine would; `start` brings them back where they were
#   scripts/services.sh freeze   has both stand still, their connections open, as a machine does that hangs
#   scripts/services.sh thaw     has them go on
#   scripts/services.sh purge    stops both, removes their data
#   scripts/services.sh can      exit code 0 when nothing would have to be installed
#
# start, stop, kill, freeze and thaw take a part: scripts/services.sh kill redis. With SERVICES_DIR another pair is
# meant, which keeps its state in that directory: SERVICES_DIR=/tmp/pair scripts/services.sh start.
#
# They are always servers of our own, on free ports of 127.0.0.1 with random passwords: what already listens on the
# usual ports is somebody's data. A server that TEST_DATABASE_URL or TEST_REDIS_URL names is used as it is.
# The data are throw-away: Postgres runs without fsync, Redis without persistence. A Postgres that is killed keeps what it
# has confirmed, though, since its machine goes on.
set -euo pipefail
umask 077

readonly ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly STATE_DIR="${SERVICES_DIR:-$ROOT/.data/services}"
readonly STATE="$STATE_DIR/state.env"
readonly MIN_POSTGRES=15
readonly PGVECTOR_VERSION=0.8.0
readonly PGVECTOR_SHA256=867a2c328d4928a5a9d6f052cd3bc78c7d60228a9b914ad32aa3db88e9de27b0
readonly ROLE=colloquy

say() { printf 'services: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

# --- what we know of our servers -------------------------------------------------------------------------------------

DATA_HOME='' POSTGRES_PORT='' POSTGRES_PASSWORD='' REDIS_PORT='' REDIS_PASSWORD=''

load_state() {
  # shellcheck source=/dev/null
  [ ! -f "$STATE" ] || . "$STATE"
}

save_state() {
  printf '%s=%q\n' DATA_HOME "$DATA_HOME" POSTGRES_PORT "$POSTGRES_PORT" POSTGRES_PASSWORD "$POSTGRES_PASSWORD" \
    REDIS_PORT "$REDIS_PORT" REDIS_PASSWORD "$REDIS_PASSWORD" >"$STATE"
}

database_url() {
  printf '%s' "${TEST_DATABASE_URL:-postgresql://$ROLE:$POSTGRES_PASSWORD@127.0.0.1:$POSTGRES_PORT/$ROLE}"
}
redis_url() { printf '%s' "${TEST_REDIS_URL:-redis://default:$REDIS_PASSWORD@127.0.0.1:$REDIS_PORT}"; }

random_password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range from which the system takes ports for outgoing connections.
free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    if port_is_free "$port"; then echo "$port" && return; fi
  done
  fail 'found no free port between 20000 and 32000'
}

# Postgres refuses to run as root.
as_service() {
  if is_root; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

# In .data/services, or in the temporary directory where the postgres user cannot reach a checkout of root's.
choose_data_home() {
  [ -z "$DATA_HOME" ] || [ ! -d "$DATA_HOME" ] || return 0
  DATA_HOME="$STATE_DIR/data"
  mkdir -p "$DATA_HOME"
  if is_root; then
    chown postgres: "$DATA_HOME"
    if ! as_service test -w "$DATA_HOME"; then
      rmdir "$DATA_HOME"
      DATA_HOME="$(mktemp -d "${TMPDIR:-/tmp}/colloquy-services-XXXXXX")"
      chown postgres: "$DATA_HOME"
    fi
  fi
}

# With its children: those of Postgres would go on with what they have at hand. Stopped first, so that it makes no more.
signal_by() {
  local pid
  pid="$(head -n 1 "$2" 2>/dev/null)" || return 0
  kill -STOP "$pid" 2>/dev/null || return 0
  # shellcheck disable=SC2046
  kill "$1" $(ps -o pid= --ppid "$pid" 2>/dev/null) "$pid" 2>/dev/null || true
}

# --- installing ------------------------------------------------------------------------------------------------------

apt_is_fresh=''
apt_install() {
  command -v apt-get >/dev/null || fail "please install: $*"
  is_root || fail "please install, as root: apt-get install $*"
  if [ -z "$apt_is_fresh" ]; then
    apt-get update -qq >/dev/null 2>&1 || say 'apt-get update had errors, going on'
    apt_is_fresh=yes
  fi
  say "installing $*"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >"$STATE_DIR/apt.log" 2>&1 ||
    fail "apt-get install $* failed: $(tail -n 3 "$STATE_DIR/apt.log" | tr '\n' ' ')"
}

# The directory with initdb of the newest Postgres that is new enough.
find_postgres() {
  local bin
  while read -r bin; do
    if [ "$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)" -ge "$MIN_POSTGRES" ]; then echo "$bin" && return; fi
  done < <(
    for bin in /usr/lib/postgresql/*/bin; do [ ! -x "$bin/initdb" ] || echo "$bin"; done | sort -rV
    ! command -v initdb >/dev/null || dirname "$(readlink -f "$(command -v initdb)")"
  )
}

install_servers() {
  local missing=()
  if [ -z "${TEST_DATABASE_URL:-}" ] && [ -z "$(find_postgres)" ]; then missing+=(postgresql); fi
  if [ -z "${TEST_REDIS_URL:-}" ] && ! command -v redis-server >/dev/null; then missing+=(redis-server); fi
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# Debian 12 has no package of pgvector; the source in the pool of its own mirror builds against any Postgres.
install_pgvector() {
  local major build mirror
  major="$("$1/postgres" --version | grep -oE '[0-9]+' | head -n 1)"
  if command -v apt-cache >/dev/null && apt-cache show "postgresql-$major-pgvector" >/dev/null 2>&1; then
    apt_install "postgresql-$major-pgvector"
    return
  fi
  apt_install "postgresql-server-dev-$major" make gcc libc6-dev
  say "building pgvector $PGVECTOR_VERSION for Postgres $major"
  build="$(mktemp -d)"
  while read -r mirror; do
    ! /usr/lib/apt/apt-helper download-file "${mirror%/}/pool/main/p/pgvector/pgvector_$PGVECTOR_VERSION.orig.tar.gz" \
      "$build/pgvector.tar.gz" "SHA256:$PGVECTOR_SHA256" >"$STATE_DIR/pgvector.log" 2>&1 || break
  done < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | sort -u)
  [ -s "$build/pgvector.tar.gz" ] || fail "none of this machine's apt mirrors has the source of pgvector $PGVECTOR_VERSION"
  tar -xzf "$build/pgvector.tar.gz" -C "$build" --strip-components=1
  # World-readable, whatever our umask: the server runs as another user. OPTFLAGS: no code for this CPU alone.
  (
    umask 022
    make -C "$build" -j"$(nproc)" OPTFLAGS='' with_llvm=no PG_CONFIG="$1/pg_config"
    make -C "$build" install with_llvm=no PG_CONFIG="$1/pg_config"
  ) >>"$STATE_DIR/pgvector.log" 2>&1 || fail "building pgvector failed, see $STATE_DIR/pgvector.log"
  rm -rf "$build"
}

# --- Postgres --------------------------------------------------------------------------------------------------------

postgres_query() {
  PGPASSWORD="$POSTGRES_PASSWORD" PGCONNECT_TIMEOUT=3 "$(find_postgres)/psql" -XAtq -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$POSTGRES_PORT" -U "$ROLE" -d "$1" -c "$2"
}
postgres_answers() { [ -n "$POSTGRES_PORT" ] && [ -n "$(find_postgres)" ] && postgres_query postgres 'select 1' >/dev/null 2>&1; }

create_cluster() {
  local password_file="$DATA_HOME/password"
  say 'creating a Postgres cluster'
  POSTGRES_PASSWORD="$(random_password)"
  printf '%s\n' "$POSTGRES_PASSWORD" >"$password_file"
  ! is_root || chown postgres: "$password_file"
  as_service "$1/initdb" -D "$DATA_HOME/postgres" -U "$ROLE" --auth=scram-sha-256 --pwfile="$password_file" \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$STATE_DIR/initdb.log" 2>&1 || fail "initdb failed, see $STATE_DIR/initdb.log"
  rm -f "$password_file"
}

run_postgres() {
  local bin="$1" log="$DATA_HOME/postgres.log"
  for _ in 1 2 3 4 5; do
    if [ -z "$POSTGRES_PORT" ] || ! port_is_free "$POSTGRES_PORT"; then POSTGRES_PORT="$(free_port)"; fi
    if as_service "$bin/pg_ctl" -D "$DATA_HOME/postgres" -l "$log" -w -t 60 -o "-c listen_addresses=127.0.0.1 \
      -c port=$POSTGRES_PORT -c unix_socket_directories='' -c max_connections=200 -c fsync=off -c full_page_writes=off" start </dev/null >/dev/null 2>&1; then return; fi
    # A killed predecessor is still being buried, or the port went to another in between.
    sleep 1
  done
  fail "Postgres does not start: $(tail -n 2 "$log" 2>/dev/null | tr '\n' ' ')"
}

start_postgres() {
  local bin
  bin="$(find_postgres)"
  if ! postgres_answers; then
    # A cluster whose password was lost, or of another major version, is of no use: its data are throw-away.
    if [ -z "$POSTGRES_PASSWORD" ] || [ "$(as_service cat "$DATA_HOME/postgres/PG_VERSION" 2>/dev/null)" != "$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)" ]; then
      rm -rf "$DATA_HOME/postgres"
      create_cluster "$bin"
    fi
    run_postgres "$bin"
    save_state
  fi
  [ "$(postgres_query postgres "select 1 from pg_database where datname = '$ROLE'")" = 1 ] ||
    postgres_query postgres "create database $ROLE"
  if [ -z "$(postgres_query postgres "select 1 from pg_available_extensions where name = 'vector'")" ]; then
    install_pgvector "$bin"
  fi
  postgres_query "$ROLE" 'set client_min_messages = error; create extension if not exists vector' >/dev/null ||
    fail 'Postgres cannot load pgvector'
  say "Postgres $(postgres_query postgres 'show server_version' | cut -d' ' -f1) with pgvector $(postgres_query "$ROLE" \
    "select extversion from pg_extension where extname = 'vector'") on port $POSTGRES_PORT"
}

stop_postgres() {
  postgres_answers || return 0
  as_service "$(find_postgres)/pg_ctl" -D "$DATA_HOME/postgres" -m fast -w stop </dev/null >/dev/null 2>&1 || fail 'Postgres does not stop'
  say 'Postgres stopped'
}

signal_postgres() { signal_by "$1" "$DATA_HOME/postgres/postmaster.pid"; }

# --- Redis -----------------------------------------------------------------------------------------------------------

redis_command() { REDISCLI_AUTH="$REDIS_PASSWORD" timeout 5 redis-cli -h 127.0.0.1 -p "$REDIS_PORT" "$@" 2>/dev/null; }
redis_answers() { [ -n "$REDIS_PORT" ] && [ "$(redis_command ping)" = PONG ]; }

run_redis() {
  local home="$DATA_HOME/redis"
  mkdir -p "$home"
  [ -n "$REDIS_PASSWORD" ] || REDIS_PASSWORD="$(random_password)"
  for _ in 1 2 3; do
    if [ -z "$REDIS_PORT" ] || ! port_is_free "$REDIS_PORT"; then REDIS_PORT="$(free_port)"; fi
    printf '%s\n' 'bind 127.0.0.1' "port $REDIS_PORT" "requirepass $REDIS_PASSWORD" 'save ""' 'appendonly no' 'daemonize yes' \
      "dir $home" "logfile $home/redis.log" "pidfile $home/redis.pid" >"$home/redis.conf"
    ! is_root || chown -R postgres: "$home"
    as_service redis-server "$home/redis.conf" </dev/null >/dev/null 2>&1 || true
    for _ in $(seq 50); do
      if redis_answers; then return; fi
      sleep 0.1
    done
  done
  fail "Redis does not start: $(tail -n 2 "$home/redis.log" 2>/dev/null | tr '\n' ' ')"
}

start_redis() {
  if ! redis_answers; then
    run_redis
    save_state
  fi
  say "Redis $(redis_command info server | tr -d '\r' | sed -n 's/^redis_version://p') on port $REDIS_PORT"
}

stop_redis() {
  redis_answers || return 0
  redis_command shutdown nosave >/dev/null || true
  say 'Redis stopped'
}

signal_redis() { signal_by "$1" "$DATA_HOME/redis/redis.pid"; }

# --- commands --------------------------------------------------------------------------------------------------------

wants() { [ -z "$PART" ] || [ "$PART" = "$1" ]; }

start() {
  install_servers
  choose_data_home
  if ! wants postgres; then :
  elif [ -n "${TEST_DATABASE_URL:-}" ]; then say 'Postgres: as TEST_DATABASE_URL says'
  else start_postgres; fi
  if ! wants redis; then :
  elif [ -n "${TEST_REDIS_URL:-}" ]; then say 'Redis: as TEST_REDIS_URL says'
  else start_redis; fi
}

stop() {
  ! wants postgres || stop_postgres
  ! wants redis || stop_redis
}

signal_servers() {
  ! wants postgres || signal_postgres "$1"
  ! wants redis || signal_redis "$1"
}

can() { [ -n "$(find_postgres)" ] && command -v redis-server >/dev/null; }

purge() {
  signal_servers -CONT
  stop
  [ -z "$DATA_HOME" ] || rm -rf "$DATA_HOME"
  rm -f "$STATE"
}

status() {
  local code=0
  if [ -n "${TEST_DATABASE_URL:-}" ]; then say 'Postgres: as TEST_DATABASE_URL says'
  elif postgres_answers; then say "Postgres runs on port $POSTGRES_PORT"
  else say 'Postgres does not run'; code=3; fi
  if [ -n "${TEST_REDIS_URL:-}" ]; then say 'Redis: as TEST_REDIS_URL says'
  elif redis_answers; then say "Redis runs on port $REDIS_PORT"
  else say 'Redis does not run'; code=3; fi
  return $code
}

print_env() {
  status >/dev/null 2>&1 || fail 'not running: scripts/services.sh start'
  printf 'export %s=%q\n' TEST_DATABASE_URL "$(database_url)" TEST_REDIS_URL "$(redis_url)"
}

main() {
  (umask 022 && mkdir -p "$STATE_DIR")
  # Two starts at once must not make two clusters. The servers must not inherit the lock, or it would live as long as they.
  if [ -z "${SERVICES_LOCKED:-}" ] && command -v flock >/dev/null; then
    SERVICES_LOCKED=yes exec flock --close "$STATE_DIR/lock" "${BASH_SOURCE[0]}" "$@"
  fi
  readonly PART="${2:-}"
  case "$PART" in '' | postgres | redis) ;; *) fail "there is no part $PART" ;; esac
  load_state
  case "${1:-}" in
    start | stop | purge | status | can) "$1" ;;
    kill) signal_servers -KILL ;;
    freeze) signal_servers -STOP ;;
    thaw) signal_servers -CONT ;;
    env) print_env ;;
    *) fail 'usage: scripts/services.sh start | env | status | stop | kill | freeze | thaw | purge | can' ;;
  esac
}

main "$@"

# What the scripts of this folder share; they source it. Runs without a terminal, needs nothing but Node and the repository.
set -eu
cd "$(dirname "$0")/../.."
data=infra/inject/data

murmur() { npm run -s murmur -- "$@"; }

say() { printf '\n── %s\n' "$*"; }

# An expression on the JSON document that comes in, e.g. `field orderId`, `field length`, `field '[0].id'`.
field() {
  node -e '
    const value = new Function("document", `return document${process.argv[1].replace(/^(?!\[)/, ".")}`)(JSON.parse(require("fs").readFileSync(0, "utf8")))
    console.log(typeof value === "object" ? JSON.stringify(value) : String(value ?? ""))' "$1"
}

# expect <what it is> <what it should be> <what it is about>: ends the script when they differ.
expect() {
  if [ "$1" != "$2" ]; then
    printf '✗ %s: expected %s, got %s\n' "$3" "$2" "$1" >&2
    exit 1
  fi
  printf '✓ %s: %s\n' "$3" "$1"
}

# await_event <saga> <Event> …: until one of these events of the saga is in its topic; prints its type.
await_event() {
  saga_awaited=$1
  shift
  options=''
  for event in "$@"; do options="$options --until $event --type $event"; done
  # shellcheck disable=SC2086 # several words are meant
  murmur events "$saga_awaited" $options --timeout 40 --json | field '[0].type'
}

# How many events of a type a saga has.
count() { murmur events "$1" --type "$2" --json | field length || true; }

# A field of the (only) event of a type, e.g. `event_data <saga> OrderCancelled reason`.
event_data() { murmur events "$1" --type "$2" --json | field "[0].data.$3"; }

# Waits until so many services have parked something of this key.
await_parked() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    parked=$(murmur parked list --key "$1" --json | field length)
    [ "$parked" -ge "$2" ] && break
    sleep 0.5
  done
  expect "$parked" "$2" "parked messages of $1"
}

# The saga's events, one a line.
story() {
  say "the story of $1"
  murmur events "$1" --json | node -e '
    for (const { writtenAt, type, topic, partition, offset, data } of JSON.parse(require("fs").readFileSync(0, "utf8")))
      console.log(`${writtenAt}  ${type.padEnd(24)} ${topic}/${partition}/${offset}${data.reason ? `  (${data.reason})` : ""}`)'
  printf '\nSee it: npm run -s murmur -- trace %s\n' "$1"
}

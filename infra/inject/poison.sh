#!/bin/sh
# A message that is broken: each consumer parks it with its place and the reason, its key waits, all other keys go on. Repaired and replayed, the saga
# goes through to its end.
. "$(dirname "$0")/lib.sh"

saga=$(murmur id)
say "inject a broken OrderPlaced with the key $saga"
murmur inject OrderPlaced --raw '{"broken' --saga "$saga"
await_parked "$saga" 3
murmur parked list --key "$saga"

say 'another order goes on unharmed'
other=$(murmur id)
murmur inject OrderPlaced --file $data/order-placed.json --saga "$other"
expect "$(await_event "$other" OrderConfirmed OrderCancelled)" OrderConfirmed 'the other saga ends with'

parked=$(murmur parked list --key "$saga" --json | field '[0].id')
say "repair and replay $parked: first only look"
murmur parked replay --id "$parked" --file $data/order-placed.json --set "orderId=$saga" --dry-run
say 'now in earnest'
murmur parked replay --id "$parked" --file $data/order-placed.json --set "orderId=$saga"

expect "$(await_event "$saga" OrderConfirmed OrderCancelled)" OrderConfirmed 'the repaired saga ends with'
expect "$(murmur parked list --key "$saga" --json | field length)" 0 'parked messages'
story "$saga"

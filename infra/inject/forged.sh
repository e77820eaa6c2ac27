#!/bin/sh
# Events that lie: about the amount, about who sent them, and about an order that does not exist. Each consumer holds them against its own record and
# parks them; no money moves.
. "$(dirname "$0")/lib.sh"

say 'a real order'
saga=$(murmur order place --wait --json | field orderId)
expect "$(murmur order get "$saga" --json | field status)" confirmed 'the order is'
published=$(mktemp)
trap 'rm -f "$published"' EXIT
murmur events "$saga" --type PaymentCaptured --json | field '[0]' >"$published"

say 'its PaymentCaptured again, under another id and with another amount'
murmur inject PaymentCaptured --file "$published" --id "$(murmur id)" --set amount.amount=1
# The inventory and the order react to it.
await_parked "$saga" 2

say 'the same from somebody who is not the payment service'
murmur inject PaymentCaptured --file "$published" --id "$(murmur id)" --header ce_source=inventory
await_parked "$saga" 4
murmur parked list --key "$saga"

say 'and a total that is not the sum of its lines, for an order that was never placed'
unknown=$(murmur id)
murmur inject OrderPlaced --file $data/order-placed.json --saga "$unknown" --set total.amount=1
sleep 3
expect "$(count "$unknown" OrderConfirmed)" 0 'confirmations of the forged order'
murmur parked list --key "$unknown"

say 'nothing has changed, and the lies are discarded'
expect "$(murmur order get "$saga" --json | field status)" confirmed 'the order is'
expect "$(count "$saga" PaymentRefunded)" 0 'refunds'
for key in "$saga" "$unknown"; do murmur parked discard --key "$key" --reason 'injected by forged.sh' || true; done
story "$saga"

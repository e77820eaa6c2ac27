#!/bin/sh
# Compensation: the risk service rejects the payment. For that a country is blocked for a moment (rules are data, changed while everything runs),
# one from which nobody orders: AQ is Antarctica.
. "$(dirname "$0")/lib.sh"

before=$(murmur api GET /risk/rules --admin --json | field 'items.find(rule => rule.name === "country_blocked").params.countries')
block() { murmur api PUT /risk/rules/country_blocked --admin --data "{\"params\":{\"countries\":$1}}" --json >/dev/null; }
trap 'block "$before"' EXIT

say 'block the country AQ'
block '["AQ"]'

saga=$(murmur id)
say "inject OrderPlaced for $saga, to be sent there"
murmur inject OrderPlaced --file $data/order-placed.json --saga "$saga" --set shippingAddress.country=AQ

expect "$(await_event "$saga" OrderCancelled OrderConfirmed)" OrderCancelled 'the saga ends with'
expect "$(event_data "$saga" OrderCancelled reason)" payment_failed 'the reason is'
expect "$(event_data "$saga" PaymentFailed reason)" risk_rejected 'the payment failed because'
expect "$(await_event "$saga" StockReleased)" StockReleased 'the stock was given back'
story "$saga"

import type { NotedTest } from './tests.ts'

interface FaultRow {
  /** How a test names it, above it or in its title: `// row 13`, `fault: Redis flushed, slower and right`. */
  readonly id: string
  /** What comes in or breaks, and what must happen. */
  readonly what: string
  /** Set where what it is about is not built yet. */
  readonly later?: string
}

const row = (id: string, what: string): FaultRow => ({ id, what })

/** Bad inputs, attacks and faults, each with what must happen. */
export const faultRows: readonly FaultRow[] = [
  row('1', 'token with alg none, HS256 by our public key, jwk/jku/x5u header, unknown kid → 401, no outgoing fetch'),
  row('2', 'token expired, not yet valid, of another audience or issuer, or a refresh token → 401'),
  row('3', 'key rotated: inside the grace period → 200, after it → 401'),
  row('4', 'another user’s order or payment (read, cancel, refund) → 404'),
  row('5', 'total, price, status, role, userId in the body → 400'),
  row('6', 'a user on an administrator’s route → 403; wrong method → 405 with Allow'),
  row('7', 'quantity 0, −1, 1.5, 1e309, 2^53, "1"; overflow of the total; unknown currency → 400 naming the field'),
  row('8', '5 MB body, 10,000-deep JSON, 10,000 lines, limit=1e9 → 413 or 400'),
  row('9', '__proto__, duplicate keys, NUL, invalid UTF-8, wrong content type → 400 or 415'),
  row('10', '100 wrong logins, a flood from one user → 429 with Retry-After; others unharmed'),
  row('11', 'forged X-User-Id, X-Forwarded-For → ignored'),
  row('12', 'idempotency key with another body → 422, of another user → separate, at the same time → one order'),
  row('13', '50 buyers of the last unit → one wins'),
  row('14', 'refund twice, above the captured amount, of a failed payment; cancel a confirmed order → 409'),
  row('15', 'client’s traceparent, valid or rubbish → never a 5xx; a new trace linked to a valid one'),
  row('16', 'a test card number in any field → found in no log, span, topic or table'),
  { ...row('17', 'schemathesis over the OpenAPI → no 5xx, no answer outside the schema'), later: 'hardening of the gateway' },
  row('18', 'not JSON, empty, null, not matching its schema → parked with its place and reason; lag returns to 0'),
  row('19', 'unknown type → ignored and counted; unknown version → parked'),
  row('20', 'no or malformed traceparent → handled; new root without link'),
  row('21', 'same id and body → no effect; same id, another body → parked and alerted'),
  row('22', 'events in any order, a month-old replay, a whole topic from 0 → same final state, no new events'),
  row('23', 'forged total, currency, user; unknown order; wrong producer → refused, parked; no money moves'),
  row('24', 'one poison message among 1,000 → others at most 2 s later; its key in order after the replay'),
  row('25', 'over 1 MB → refused before the outbox, or the row is parked; the relay goes on'),
  row('formats', 'a value that just passes the check of its format (address, name, sku …) → taken by all behind it, never a 500'),
  row('password', 'a password typed on another keyboard (NFC, NFD) → the same; one that is easily guessed → 400 with the reason'),
  row('right passwords', 'logins with the right password while the database is away, or many at once → count for no limit'),
  row('refresh token', 'one refresh token twice at once, or again after a lost answer → the same successor; later → the whole login ends'),
  row('suspended', 'a user is suspended or deleted while a token is valid → refused at every gateway within seconds, also without Kafka'),
  row(
    'text that cannot be stored',
    'NUL, half a surrogate pair, no UTF-8, 10 kB in a key, id, header or body → parked once, to the byte; the next message is handled',
  ),
  row(
    'every byte of a message',
    'any byte of key, headers or body is any other → in the end nothing waits, lag 0, the next good order is handled',
  ),
  row('compressed by a stranger', 'gzip, snappy, lz4, zstd, by a producer or by the topic → read'),
  row('no codec decodes', 'a batch that cannot be decoded → parked by its place; the next is read'),
  row(
    'removed before it was read',
    'retention or delete-records took what a consumer was to read next → an error, parked with topic, partition and range',
  ),
  row('marks of transactions', 'a partition ends in marks or in what was aborted → lag 0'),
  row(
    'larger than the broker takes',
    'max.message.bytes is lowered → the event is set aside visibly, its key waits, others go on; it goes when there is room',
  ),
  row(
    'handed over',
    'services in one process hand each other what they have committed → handled once, in order, no offset past what is under way',
  ),
  row('killed consumer', 'kill −9 of a consuming service → its next instance takes it out of the group and reads at once'),
  row('crash point', 'kill −9 after commit before publish, after publish before mark, before the offset, after the charge → effect once'),
  row('random kills', 'kill −9 of a random service again and again → all end; nothing lost, oversold, created or destroyed'),
  row('broker gone', 'broker killed, or gone for a while → the API still accepts; drained after its return'),
  row('answers of the broker', 'answers of the broker dropped, slow, cut → no acknowledged event lost'),
  row('PostgreSQL restarted', 'PostgreSQL restarted hard → 503 with Retry-After, healed soon'),
  row(
    'outage that looks like a defect',
    'a database read only, closed, full, behind a migration; an error never seen before → nothing good parked, 503 with Retry-After, order per key kept',
  ),
  row(
    'mail server without an answer',
    'a mail server slow with its last answer, or gone after the letter → waited for; three copies at most; nobody behind it',
  ),
  row('Redis', 'Redis killed, flushed → slower, right'),
  row('Tempo', 'Tempo killed or hung → memory flat, dropped spans counted'),
  row('zombie', 'SIGSTOP of a consumer, then on → nothing lost or done twice'),
  row('rebalance', 'a full rebalance every 5 s → nothing lost or done twice'),
  row('two relays', 'two relays at once → nothing lost or done twice, order per key kept'),
  row('clock', 'clock of one service ± 1 h → no early expiry, no double charge'),
  row('stream cut', 'an order’s event stream cut after any event → goes on behind it on any gateway, each event once'),
  row('stream without the log', 'Kafka away while a stream is opened or open → state at once, the rest later, nothing missed'),
  row(
    'gateway ready without services',
    'services not ready without which no order is taken → /readyz of the gateway 503, saying which and why',
  ),
  row('rolling restart', 'rolling restart → no parked message, no failed request'),
  row(
    'forbidden port',
    'a port to which fetch never connects (10080 of a third stack), chosen or configured → another one, or a clear refusal',
  ),
  row('killed start', '`npm start` killed at any moment → the next one looks what really runs, mends or ends it, and comes up'),
  row('no demo order', 'the demo order cannot be placed → what is wrong is told, and the stack stays up'),
  row(
    'bad host',
    'a host with an unknown service, two on one port, a setting missing → one message that lists all by service, exit 2, nothing started',
  ),
  row(
    'bad neighbour',
    'one of the services in a process cannot start or go on → named; the others stop in order, exit 1, the supervisor starts all again',
  ),
  row('told again', 'a projection has missed events → made anew from what their service tells again; what comes late changes nothing'),
  row('injected twice', 'an event is injected that its saga or id has had already → told, and new ids on request'),
  row('warehouses', 'stock outside the main warehouse, or in several → sold from there, all or nothing; back to where it came from'),
  row('by accident', 'restock of a sku that is none, in a warehouse that is none → 404 or 422 naming the field'),
  row(
    'idempotency without Redis',
    'Redis flushed, silent or gone between two requests with one idempotency key → one order, told as it is; another body 422',
  ),
  row(
    'refund declined',
    'a refund that the provider declines → tried again some times, then put before a person: on payment, order, by doctor',
  ),
  row(
    'return',
    'a confirmed order given back, wholly or in part, twice, late, out of order → approved, refunded and restocked once; no more than was sold',
  ),
  row('webhook', 'a signed webhook that contradicts itself, our record or what was told before → 409, no money moves, counted and alerted'),
  row(
    'dates',
    'a time in an event before 2000 or after 2199, such as the year 0000 → parked as malformed, naming the field; no payment begins',
  ),
  row(
    'repaired replay',
    'an OrderPlaced with a forged total → parked by all that take orders; repaired, all follow it; who else must be is told',
  ),
  { ...row('transfer killed', 'coordinator or participant of a transfer killed → ends, money conserved'), later: 'transfers' },
]

const isNumber = (id: string): boolean => /^\d+$/.test(id)

/** The rows that a name means: a number is one, words are all that they contain. */
const meant = (name: string): readonly string[] =>
  faultRows.flatMap(({ id }) => ((isNumber(id) ? id === name : name.toLowerCase().includes(id.toLowerCase())) ? [id] : []))

/** Rows of what exists that no test names, and names that mean no row. */
export function faultProblems(tests: readonly NotedTest[]): readonly string[] {
  const named = new Set(tests.flatMap(({ rows }) => rows.flatMap(meant)))
  return [
    ...faultRows.flatMap(({ id, what, later }) => {
      if (later !== undefined) return named.has(id) ? [`${id} is declared to come later (${later}), but a test names it`] : []
      return named.has(id) ? [] : [`no test names ${id} (${what}): \`${isNumber(id) ? `// row ${id}` : `// fault: ${id}`}\``]
    }),
    ...tests.flatMap(({ file, title, rows }) =>
      rows.filter((name) => meant(name).length === 0).map((name) => `${file} "${title}": there is no row ${name}`),
    ),
  ]
}

/** The page; the same tests always give the same text. */
export function faultsPage(tests: readonly NotedTest[]): string {
  const shownBy = (id: string) =>
    tests.flatMap(({ file, title, rows }) =>
      rows.some((name) => meant(name).includes(id)) ? [`\`${file}\`: ${title.replaceAll('|', '\\|')}`] : [],
    )
  const line = ({ id, what, later }: FaultRow) =>
    `| ${id} | ${what} | ${later === undefined ? shownBy(id).join('<br>') : `*later: ${later}*`} |`
  return `<!-- Generated from the notes above the tests by \`npm run gen\`. Do not edit. -->
# Bad inputs, attacks and faults

Each row has at least one test, which names it in a note above it or in its title: \`// row 13\`, \`fault: Redis flushed\`. \`npm run lint\` fails on a row
without one.

| | what comes in or breaks → what must happen | shown by |
|---|---|---|
${faultRows.map(line).join('\n')}
`
}

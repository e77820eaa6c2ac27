import { Command, InvalidArgumentError } from 'commander'
import { exitCodes } from './errors.ts'
import type { Result } from './output.ts'
import { finish } from './output.ts'
import { readStack, type Stack } from './stack/stack.ts'

interface Common {
  readonly json?: boolean
  readonly stack?: string
}

/** A number of at least `least`. */
const number =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || value < least)
      throw new InvalidArgumentError(`a number of at least ${least} is expected`)
    return value
  }
const whole =
  (least: number) =>
  (text: string): number => {
    const value = number(least)(text)
    if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number is expected')
    return value
  }
const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** What every command has. */
const leaf = (parent: Command, name: string, description: string): Command =>
  parent
    .command(name)
    .description(description)
    .option('--json', 'print one JSON document on stdout and nothing else')
    .option(
      '--stack <file>',
      'stack.json of the stack to use (default: $MURMUR_STACK, else .local/stack.json; the environment wins over it)',
    )

/** Runs a command's own module, which is loaded only now: `murmur` starts quickly whatever the others need. */
async function run<Options extends Common>(
  options: Options,
  command: (stack: Stack, options: Options) => Promise<Result | undefined>,
): Promise<void> {
  const result = await command(readStack(options.stack), options)
  if (result !== undefined) finish(result, options.json === true)
}

/** The whole command line. Parsing throws `CommanderError` for wrong usage, and whatever the commands throw. */
export function program(): Command {
  const murmur = new Command('murmur')
    .description('See and drive the flock: orders, their traces, events, parked messages, the saga map.')
    .exitOverride()
    .showHelpAfterError('Add --help to see what there is.')
    .addHelpText('after', `\nExit codes:\n${exitCodes.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}`)
    .addHelpText(
      'after',
      '\nRun it as `npm run -s murmur -- <command> …` from the repository. NO_COLOR is respected, MURMUR_DEBUG=1 shows stack traces.',
    )
  orderCommands(murmur)
  storyCommands(murmur)
  eventCommands(murmur)
  parkedCommands(murmur)
  deskCommands(murmur)
  systemCommands(murmur)
  return murmur
}

function orderCommands(murmur: Command): void {
  const order = murmur.command('order').description('place and follow orders as the demo user, through the gateway')
  leaf(order, 'place', 'place an order')
    .option('--sku <sku>', 'what to order (default: some product that is in stock)')
    .option('--quantity <n>', 'how many', whole(1), 1)
    .option(
      '--method <method>',
      'credit_card, debit_card, paypal, alipay, wechat, or decline (which the simulator always declines)',
      'credit_card',
    )
    .option('--country <code>', 'country to ship to', 'DE')
    .option('--wait [seconds]', 'wait until the saga has ended, 10 s unless told; exit 1 when it has not ended by then', number(0.1))
    .option('--cancel-on <event>', 'cancel as soon as this event of the saga is seen, e.g. ChannelCaptured; implies --wait')
    .action(async (options) => run(options, (await import('./commands/order-place.ts')).place))
  leaf(order, 'get <order-id>', 'show an order with its history')
    .option('--admin', 'as the administrator: any order, also an injected one')
    .action(async (id, options) => run(options, async (stack, given) => (await import('./commands/order.ts')).get(stack, id, given)))
  leaf(order, 'list', "list the demo user's orders, newest first")
    .option('--limit <n>', 'how many', whole(1), 20)
    .action(async (options) => run(options, (await import('./commands/order.ts')).list))
  leaf(order, 'cancel <order-id>', 'cancel an order that is pending or paid')
    .option('--wait [seconds]', 'wait until it is cancelled, 10 s unless told', number(0.1))
    .action(async (id, options) => run(options, async (stack, given) => (await import('./commands/order.ts')).cancel(stack, id, given)))
  leaf(order, 'return <order-id>', 'give a confirmed order back, or some of it; an administrator decides: `murmur returns`')
    .requiredOption('--reason <text>', 'why')
    .option('--sku <sku>', 'only this; default all that was not given back before')
    .option('--quantity <n>', 'with --sku: how many', whole(1), 1)
    .option('--wait [seconds]', 'wait until it is completed or rejected, 10 s unless told', number(0.1))
    .action(async (id, options) => run(options, async (stack, given) => (await import('./commands/returns.ts')).giveBack(stack, id, given)))
  leaf(order, 'refund <order-id>', "refund an order's payment as the administrator, fully or in part")
    .option('--amount <minor-units>', 'how much, in minor units (cents); default all that is left', whole(1))
    .option('--wait [seconds]', 'wait until the provider has refunded it, 10 s unless told', number(0.1))
    .action(async (id, options) => run(options, async (stack, given) => (await import('./commands/order.ts')).refund(stack, id, given)))
  leaf(order, 'watch <order-id>', "follow an order's events live until its saga ends (--json: one event a line)")
    .option('--timeout <seconds>', 'stop after so long; exit 1 when it has not ended by then', number(0.1), 60)
    .action(async (id, options) =>
      run(options, async (stack, given) => (await import('./commands/order-watch.ts')).watch(stack, id, given)),
    )
}

function storyCommands(murmur: Command): void {
  leaf(
    murmur,
    'trace <saga-id>',
    "walk a saga's traces through Tempo along their links and draw them as one timeline; exit 1 when there is none, or an orphan",
  )
    .option('--timeout <seconds>', 'wait so long for the story to be complete', number(0), 20)
    .option('--all', 'draw spans of databases, caches and frameworks, and requests that only read, too')
    .option('--since <hours>', 'look back so far when the id does not tell when the saga began', number(0.01), 24)
    .action(async (id, options) => run(options, async (stack, given) => (await import('./commands/trace.ts')).trace(stack, id, given)))
  leaf(murmur, 'events <saga-id>', "read a saga's events from the topics, in order, in the form that `inject --file` takes")
    .option('--type <event>', 'only this type; repeat for more', collect)
    .option('--until <event>', 'wait until there is one of this type; repeat for either of several', collect)
    .option('--timeout <seconds>', 'with --until: wait so long; exit 1 when it has not come by then', number(0), 20)
    .option('--since <hours>', 'look back so far when the id does not tell when the saga began', number(0.01), 24)
    .action(async (id, options) => run(options, async (stack, given) => (await import('./commands/events.ts')).events(stack, id, given)))
}

function eventCommands(murmur: Command): void {
  leaf(murmur, 'inject [event]', 'write an event to its topic, as if its service had emitted it; or all events of a file')
    .option('--data <json>', 'its data')
    .option('--file <path>', 'its data, or events as `murmur events` prints them; - is standard input')
    .option('--fresh', 'new ids for all that sagas make (orders, payments, refunds, events), each the same wherever it stands')
    .option('--raw <bytes>', 'this body as it is, unchecked: to see what a broken message does')
    .option('--set <field=value>', 'change a field of the data, e.g. total.amount=1 or items.0.sku=KB-1; repeat for more', collect)
    .option('--id <id>', "event id (ce_id); default the file's, else a new one")
    .option('--saga <id>', 'saga id: put into the data and used as key; `new` makes one')
    .option('--key <key>', 'message key, when it is not to be the saga id')
    .option('--header <name=value>', 'set a header, or remove it with name=; repeat for more', collect)
    .option('--times <n>', 'write it so many times, the same id each time', whole(1), 1)
    .option('--no-trace', 'without traceparent: its handlers start unlinked traces')
    .option('--no-check', 'do not validate against the schema')
    .addHelpText(
      'after',
      '\nWithout --data, --file and --raw, the example of its schema is taken, for a new saga. It says when the topic has had the same event before.',
    )
    .action(async (type, options) =>
      run(options, async (stack, given) => (await import('./commands/inject.ts')).inject(stack, type, given)),
    )
  leaf(murmur, 'id', 'print a fresh id (UUID v7), for scripts').action(async (options) =>
    run(options, (await import('./commands/id.ts')).id),
  )
}

function parkedCommands(murmur: Command): void {
  const parked = murmur.command('parked').description('messages that could not be handled, over all services')
  leaf(parked, 'list', 'list parked messages, oldest first')
    .option('--service <name>', 'only of this service')
    .option('--key <key>', 'only with this key (saga id)')
    .option('--limit <n>', 'at most so many of each service', whole(1), 100)
    .action(async (options) => run(options, (await import('./commands/parked.ts')).list))
  leaf(parked, 'show <id>', 'show a parked message with its headers and body')
    .option('--service <name>', 'only of this service')
    .action(async (id, options) => run(options, async (stack, given) => (await import('./commands/parked.ts')).show(stack, id, given)))
  leaf(parked, 'replay', 'handle parked messages again, in their order; exit 1 when one is parked again')
    .option('--id <id>', 'this one, wherever it is parked, and what waits behind it')
    .option('--key <key>', 'all with this key (saga id)')
    .option('--all', 'all')
    .option('--service <name>', 'only of this service')
    .option('--file <path>', 'with --id: repaired data (or an event with data) in place of what was parked; - is standard input')
    .option('--set <field=value>', 'with --file: change a field of the repaired data; repeat for more', collect)
    .option('--dry-run', 'only say what would be done')
    .option('--rate <n>', 'at most so many a second', number(0.1))
    .action(async (options) => run(options, (await import('./commands/parked-replay.ts')).replay))
  leaf(parked, 'discard', 'give parked messages up')
    .option('--id <id>', 'this one, wherever it is parked')
    .option('--key <key>', 'all with this key (saga id)')
    .option('--service <name>', 'only of this service')
    .requiredOption('--reason <text>', 'why; it is kept with them')
    .action(async (options) => run(options, (await import('./commands/parked-replay.ts')).discard))
}

/** What waits for a person. */
function deskCommands(murmur: Command): void {
  const returns = murmur.command('returns').description('returns of orders that wait for an administrator')
  leaf(returns, 'list', 'list them, oldest first').action(async (options) => run(options, (await import('./commands/returns.ts')).list))
  leaf(returns, 'approve <order-id> <return-id>', 'agree: the money goes back, and the goods into the stock').action(
    async (orderId, returnId, options) =>
      run(options, async (stack) => (await import('./commands/returns.ts')).decide(stack, orderId, returnId, undefined)),
  )
  leaf(returns, 'reject <order-id> <return-id>', 'refuse')
    .requiredOption('--reason <text>', 'why; the customer is told')
    .action(async (orderId, returnId, options) =>
      run(options, async (stack, { reason }) => (await import('./commands/returns.ts')).decide(stack, orderId, returnId, { reason })),
    )
  const refunds = murmur.command('refunds').description('refunds that the provider has declined for good')
  leaf(refunds, 'list', 'list them').action(async (options) => run(options, (await import('./commands/refunds.ts')).list))
  leaf(refunds, 'retry <payment-id> <refund-id>', 'have one tried again').action(async (paymentId, refundId, options) =>
    run(options, async (stack) => (await import('./commands/refunds.ts')).retry(stack, paymentId, refundId)),
  )
}

function systemCommands(murmur: Command): void {
  leaf(murmur, 'map', 'draw the saga map, read off the services’ subscriptions')
    .option('--check', 'exit 1 and name what is wrong: a stale docs/choreography.md, an event without producer or consumer, …')
    .option('--observed', 'and every edge that is neither declared nor was ever seen by the suites of `npm test` (.local/observed)')
    .option('--write', 'write docs/choreography.md')
    .option('--mermaid', 'print Mermaid instead of a tree')
    .action(async (options) => run(options, async (_stack, given) => (await import('./commands/map.ts')).map(given)))
  leaf(murmur, 'api <method> <path>', 'call the gateway’s API as the demo user, e.g. `api GET /orders`; the path begins after /api/v1')
    .option('--data <json>', 'the request’s body')
    .option('--admin', 'as the administrator')
    .option('--service <name>', 'call this service itself; the path is its own then, e.g. `api GET /v1/settings --service provider`')
    .action(async (method, path, options) =>
      run(options, async (stack, given) => (await import('./commands/api.ts')).api(stack, method, path, given)),
    )
  leaf(
    murmur,
    'rebuild [service]',
    'have services tell again what others keep projections of (products, users), where events were lost',
  ).action(async (service, options) => run(options, async (stack) => (await import('./commands/rebuild.ts')).rebuild(stack, service)))
  leaf(murmur, 'topics', 'list the topics with their partitions and how many messages they hold').action(async (options) =>
    run(options, (await import('./commands/topics.ts')).topics),
  )
  leaf(murmur, 'doctor', 'look whether everything is up and healthy, and say how to mend what is not').action(async (options) =>
    run(options, (await import('./commands/doctor.ts')).doctor),
  )
}

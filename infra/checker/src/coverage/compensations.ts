import type { MapReaction, SagaMap } from '@murmuration/choreography/map'
import type { NotedTest } from './tests.ts'

/** What must be shown of one effect and one point of failure: a test that undoes it, or why it cannot be. */
export interface Cell {
  readonly effect: string
  readonly failure: string
  readonly tests: readonly NotedTest[]
  readonly impossible?: string
}

export interface Coverage {
  readonly effects: readonly string[]
  readonly failures: readonly string[]
  readonly cells: readonly Cell[]
  /** Forward events that nothing undoes, with the reason. */
  readonly kept: readonly { readonly event: string; readonly why: string | undefined }[]
  /** For people: empty cells, notes that name what does not exist, reasons that are not needed. */
  readonly problems: readonly string[]
}

/** By point of failure: the effects that can be there when it comes, and why no others. */
const possible: Readonly<Record<string, { readonly effects: readonly string[]; readonly why: string }>> = {
  StockRejected: { effects: ['OrderPlaced'], why: 'it answers OrderPlaced; nothing else has happened' },
  PaymentRiskRejected: { effects: ['OrderPlaced', 'StockReserved', 'PaymentInitiated'], why: 'nothing was authorised' },
  'payment-deadline': { effects: ['OrderPlaced', 'StockReserved', 'PaymentInitiated'], why: 'nothing was authorised' },
  ChannelDeclined: { effects: ['OrderPlaced', 'StockReserved', 'PaymentInitiated', 'PaymentAuthorized'], why: 'no money was taken' },
  'reservation-expires': {
    effects: ['OrderPlaced', 'StockReserved', 'PaymentInitiated', 'PaymentAuthorized', 'ChannelCaptured', 'PaymentCaptured', 'OrderPaid'],
    why: 'what is committed does not expire',
  },
  RequestRefund: { effects: ['ChannelCaptured', 'PaymentCaptured'], why: 'a refund gives money back; the order stays' },
  RetryRefund: { effects: ['ChannelCaptured', 'PaymentCaptured'], why: 'a refund gives money back; the order stays' },
  'refund-retry': { effects: ['ChannelCaptured', 'PaymentCaptured'], why: 'a refund gives money back; the order stays' },
  RequestReturn: {
    effects: ['ChannelCaptured', 'PaymentCaptured', 'StockCommitted'],
    why: 'goods and money of a confirmed order go back; it stays',
  },
  ApproveReturn: {
    effects: ['ChannelCaptured', 'PaymentCaptured', 'StockCommitted'],
    why: 'goods and money of a confirmed order go back; it stays',
  },
}

/** Forward events that no reaction undoes, each with the reason. */
const needsNoUndoing: Readonly<Record<string, string>> = {
  OrderConfirmed: 'the end: it cannot be cancelled any more, only returned',
  PaymentRiskCleared: 'a verdict; nothing was changed but the record of it',
  NotificationSent: 'what was said was said; the customer is told of what comes after',
  NotificationFailed: 'nothing was done',
  PaymentRefundFailed: 'the refund was not made; a person has to look',
  ReturnRequested: 'a wish: it is agreed to or rejected',
  ReturnRejected: 'nothing was done',
  ReturnCompleted: 'the end of what undoes a sale',
}

type Line = MapReaction & { readonly service: string }

/** Each effect that something undoes × each point where undoing begins, read off the map, with the tests that note to show it. */
export function coverageOf(map: SagaMap, tests: readonly NotedTest[]): Coverage {
  const lines = map.services.flatMap(({ name, reactions }) => reactions.map((reaction): Line => ({ ...reaction, service: name })))
  const back = lines.filter(({ undoes }) => undoes.length > 0)
  const effects = inMapOrder(map, new Set(back.flatMap(({ undoes }) => undoes)))
  const failures = failuresOf(lines, back)
  const cells = effects.flatMap((effect) => failures.map((failure) => cellOf(effect, failure, tests)))
  const kept = keptOf(map, lines, back, failures).map((event) => ({ event, why: needsNoUndoing[event] }))
  return {
    effects,
    failures,
    cells,
    kept,
    problems: [...emptyCells(cells), ...wrongNotes(tests, effects, failures), ...wrongReasons(failures, kept)],
  }
}

/** The triggers of undoing that are no undoing themselves, and the commands that set such a one off. What a provider tells by webhook it tells by its answer, too. */
function failuresOf(lines: readonly Line[], back: readonly Line[]): string[] {
  const steps = new Set(back.flatMap(({ emits }) => emits))
  const triggers = new Set(back.map(({ from }) => from.name))
  const isTold = (line: Line) => lines.some((other) => other.effect !== undefined && sameEmits(other, line))
  const begins = (line: Line) =>
    line.from.kind === 'command'
      ? !isTold(line) && line.emits.some((type) => triggers.has(type))
      : line.undoes.length > 0 && !(line.from.kind === 'event' && (steps.has(line.from.name) || commanded(line.from.name)))
  const commanded = (type: string) => lines.some(({ from, emits }) => from.kind === 'command' && emits.length === 1 && emits[0] === type)
  return [...new Set(lines.filter(begins).map(({ from }) => from.name))].sort()
}

const sameEmits = (a: Line, b: Line): boolean => a.service === b.service && a.emits.join() === b.emits.join()

function cellOf(effect: string, failure: string, tests: readonly NotedTest[]): Cell {
  const limit = possible[failure]
  const found = tests.filter(({ undone }) => undone.some(({ by, effects }) => by === failure && effects.includes(effect)))
  const impossible = limit === undefined || limit.effects.includes(effect) ? {} : { impossible: limit.why }
  return { effect, failure, tests: found, ...impossible }
}

/** Forward events of the saga that are neither undone nor a way to fail. */
function keptOf(map: SagaMap, lines: readonly Line[], back: readonly Line[], failures: readonly string[]): string[] {
  const undone = new Set(back.flatMap(({ undoes }) => undoes))
  const steps = new Set(back.flatMap(({ emits }) => emits))
  const triggers = new Set(back.map(({ from }) => from.name))
  const forward = new Set(lines.filter(({ undoes }) => undoes.length === 0).flatMap(({ emits }) => emits))
  const own = map.events.filter(({ sagaField }) => sagaField === 'orderId').map(({ type }) => type)
  return own.filter((type) => forward.has(type) && !undone.has(type) && !steps.has(type) && !triggers.has(type) && !failures.includes(type))
}

const inMapOrder = ({ events }: SagaMap, types: ReadonlySet<string>): string[] =>
  events.map(({ type }) => type).filter((type) => types.has(type))

const emptyCells = (cells: readonly Cell[]): string[] =>
  cells.flatMap(({ effect, failure, tests, impossible }) => {
    if (tests.length > 0 && impossible !== undefined)
      return [`${effect} × ${failure} is declared impossible (${impossible}), but "${tests[0]?.title}" notes to show it`]
    return tests.length === 0 && impossible === undefined
      ? [`no test notes to undo ${effect} by ${failure}: \`// undone by ${failure}: ${effect}\``]
      : []
  })

const wrongNotes = (tests: readonly NotedTest[], effects: readonly string[], failures: readonly string[]): string[] =>
  tests.flatMap(({ file, title, undone }) =>
    undone.flatMap(({ by, effects: named }) => [
      ...(failures.includes(by) ? [] : [`${file} "${title}": nothing is undone by ${by}`]),
      ...named.filter((effect) => !effects.includes(effect)).map((effect) => `${file} "${title}": nothing undoes ${effect}`),
    ]),
  )

const wrongReasons = (failures: readonly string[], kept: readonly { event: string; why: string | undefined }[]): string[] => [
  ...Object.keys(possible)
    .filter((failure) => !failures.includes(failure))
    .map((failure) => `${failure} is no point of failure any more`),
  ...kept.filter(({ why }) => why === undefined).map(({ event }) => `nothing undoes ${event}, and no reason is given`),
  ...Object.keys(needsNoUndoing)
    .filter((event) => !kept.some((each) => each.event === event))
    .map((event) => `${event} is said to need no undoing, but is no forward event that nothing undoes`),
]

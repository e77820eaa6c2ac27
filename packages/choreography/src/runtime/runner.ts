import { Transient } from '@murmuration/contracts'
import { logger, recordError } from '@murmuration/telemetry'
import { Conflict } from '../ports.ts'
import { runBatch } from './batch/run.ts'
import type { BatchScope } from './batch/state.ts'
import type { Work } from './work.ts'

const log = logger('choreography')

interface Options {
  readonly patient: boolean
  readonly stopping: AbortSignal
}

/** Attempts on fresh rows before a conflicting batch is taken apart. */
const MAX_CONFLICTS = 5
const MAX_BACKOFF_MS = 2_000
/** A batch that meets nothing but outages for so long is taken apart: one of its works may be the only one that meets them (a damaged page, a lock). */
const MAX_OUTAGE_MS = 60_000

/**
 * Runs a batch until it is done: conflicts again on fresh rows, outages again when the database is back (unless the works' callers wait: `patient`
 * false fails them), and one that breaks its transaction is halved until the bad work is alone. Rejects only when `stopping`.
 * @param since when it was tried for the first time, perhaps with others
 */
export async function run(scope: BatchScope, works: readonly Work[], options: Options, since = scope.around.now()): Promise<void> {
  let conflicts = 0
  for (let attempt = 0; ; attempt++) {
    try {
      await runBatch(scope, works)
      return
    } catch (error) {
      if (error instanceof Conflict && ++conflicts < MAX_CONFLICTS) {
        await scope.around.sleep(scope.around.random() * 5 * conflicts)
        continue
      }
      if (error instanceof Conflict || error instanceof Transient) {
        if (error instanceof Conflict && works.length > 1) return await inHalves(scope, works, options)
        if (!options.patient)
          return abandon(scope, works, error instanceof Transient ? error : new Transient('too many conflicting changes', { cause: error }))
        if (options.stopping.aborted) throw error
        if (scope.around.now() - since > MAX_OUTAGE_MS) {
          if (works.length > 1) return await inHalves(scope, works, options, since)
          if (await setAside(scope, works, error)) return
        }
        log.warn({ err: error, attempt, works: works.length }, 'the batch is tried again')
        await scope.around.sleep(Math.min(MAX_BACKOFF_MS, 50 * 2 ** Math.min(attempt, 6)), options.stopping)
        continue
      }
      if (works.length > 1) return await inHalves(scope, works, options)
      return await refuse(scope, works, error as Error, options)
    }
  }
}

/** Closes in on the bad ones; the others still go in batches, and in order. */
async function inHalves(scope: BatchScope, works: readonly Work[], options: Options, since?: number): Promise<void> {
  const middle = works.length >> 1
  await run(scope, works.slice(0, middle), options, since)
  await run(scope, works.slice(middle), options, since)
}

/** True when all goes well but this work, which is tried again later; false when the database is away for all. */
const setAside = (scope: BatchScope, works: readonly Work[], error: Error): Promise<boolean> =>
  runBatch(scope, works, error).then(
    () => true,
    () => false,
  )

/** A work that breaks its transaction (a constraint says no, a value does not fit) is set aside, or its caller is told. */
async function refuse(scope: BatchScope, works: readonly Work[], error: Error, options: Options): Promise<void> {
  const [work] = works
  if (work?.parkable === undefined) return abandon(scope, works, error)
  for (let tried = work; ; ) {
    try {
      await runBatch(scope, [tried], error)
      return scope.cannotPark(undefined)
    } catch (again) {
      if (options.stopping.aborted) throw again
      const outage = again instanceof Transient || again instanceof Conflict
      if (!outage && tried === work) tried = bare(work)
      else {
        log.error({ err: again, work: work.name }, 'a message could not even be parked; trying again')
        scope.cannotPark(again as Error)
        await scope.around.sleep(MAX_BACKOFF_MS, options.stopping)
      }
    }
  }
}

/** What is kept of a message that cannot be parked whole, so that it stops nobody: its place, its body, and why. Nobody waits behind it. */
function bare(work: Work): Work {
  const { parkable, ticket } = work
  return {
    ...work,
    ticket: ticket.by === 'event' ? { by: 'itself' } : ticket,
    behind: null,
    parkable: parkable && (() => ({ ...parkable(), key: null, eventId: null, eventType: null, headers: {}, wire: null, origin: {} })),
  }
}

function abandon({ around }: BatchScope, works: readonly Work[], error: Error): void {
  for (const work of works) {
    const { span } = work.trace(around.now(), works.length, false)
    recordError(span, error)
    span.end()
    work.settle({ outcome: 'failed', error })
  }
}

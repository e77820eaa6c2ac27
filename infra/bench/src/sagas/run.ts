import { bare } from '../bare/run.ts'
import { type Place, placer } from '../load/buyers.ts'
import { gateway } from '../load/gateway.ts'
import { drained, inTurn, offered, saturated } from '../load/phases.ts'
import { machineCpuSeconds } from '../measure/busy.ts'
import { machine } from '../measure/machine.ts'
import { measured } from '../measure/processes.ts'
import { login, registerBuyers } from '../setup/accounts.ts'
import { seed, stockUp } from '../setup/goods.ts'
import { quickProvider } from '../setup/provider.ts'
import { raiseRules } from '../setup/rules.ts'
import type { Subject } from '../setup/running.ts'
import { type Ledger, ledger } from '../stats/ledger.ts'
import { watchEndings } from '../watch/endings.ts'
import type { Options, Progress } from './options.ts'
import { type Phase, type Report, reportOf } from './report.ts'

const idleSeconds = 5
const warmUpSeconds = 6
const patienceMs = 30_000

/** Everything before the load: buyers, goods, rules that let the load through. @returns what undoes what must not stay */
async function prepare(subject: Subject, { buyers }: Options, say: Progress): Promise<{ place: Place; close: () => Promise<void> }> {
  const { ask, close } = gateway(subject.gatewayUrl, { connections: 256 })
  const token = await login(ask, subject.admin.email, subject.admin.password)
  say('the catalogue …')
  await seed(subject.gatewayUrl, subject.admin)
  const productIds = await stockUp(ask, token, { pieces: 20_000 })
  say('the buyers …')
  const shop = { buyers: await registerBuyers(ask, buyers), productIds }
  const undo = [await raiseRules(ask, token), ...(subject.providerUrl === undefined ? [] : [await quickProvider(subject.providerUrl)])]
  return {
    place: placer(ask, shop),
    async close() {
      for (const each of undo) await each()
      close()
    },
  }
}

type Done<R> = Phase & { readonly done: R }
type Work<R> = (book: Ledger, from: number) => Promise<R>

/** Runs each phase on a book of its own; the topics' signs go to the one that is open. */
async function phasesOn(
  subject: Subject,
  say: Progress,
): Promise<{ phase: <R>(name: string, work: Work<R>) => Promise<Done<R>>; end: () => Promise<void> }> {
  let book = ledger()
  let next = 0
  const watch = await watchEndings(subject.brokers, (sagaId, sign, at) => book.saw(sagaId, sign, at))
  return {
    async phase(name, work) {
      say(`${name} …`)
      book = ledger()
      const startedAt = performance.now()
      const { result, spent } = await measured(subject.pids, async () => {
        const done = await work(book, next)
        await drained(book, patienceMs)
        return done
      })
      const account = book.close()
      next += account.postMs.length
      return { account, startedAt, spent, done: result }
    },
    end: () => watch.stop(),
  }
}

async function underLoad(subject: Subject, place: Place, { seconds, clients, inFlight, rate }: Options, say: Progress) {
  const { phase, end } = await phasesOn(subject, say)
  const full = (forSeconds: number) => (book: Ledger, from: number) =>
    saturated({ place, book, seconds: forSeconds, clients, inFlight, from })
  try {
    const warmUp = await phase('warming up', full(warmUpSeconds))
    const idle = await phase('one at a time', (book, from) => inTurn({ place, book, seconds: idleSeconds, from }))
    const steady = await phase(`${rate}/s offered`, (book, from) => offered({ place, book, seconds: seconds / 3, rate, from }))
    const before = await machineCpuSeconds()
    const saturation = await phase(`saturation for ${seconds} s`, full(seconds))
    const after = await machineCpuSeconds()
    const ours = saturation.spent.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
    const others = before === undefined || after === undefined ? null : Math.max(0, Math.round((after - before - ours) * 100) / 100)
    return {
      warmUp,
      idle,
      offered: { ...steady, rate, ...steady.done },
      saturation: { ...saturation, clients, inFlight },
      othersCpuSeconds: others,
    }
  } finally {
    await end()
  }
}

/** Runs all phases against a stack that is there. */
export async function measure(subject: Subject, options: Options, say: Progress): Promise<Report> {
  const { place, close } = await prepare(subject, options, say)
  const phases = await underLoad(subject, place, options, say).finally(close)
  await subject.quieten()
  say('bare …')
  const bareRun = await bare(subject.postgresUrl, Math.min(10, options.seconds / 3))
  say('')
  return reportOf({ ...phases, bare: bareRun, machine: await machine(), sampling: subject.sampling })
}

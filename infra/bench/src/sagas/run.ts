import { bare } from '../bare/run.ts'
import type { LoadOptions, Progress } from '../commands/options.ts'
import { ideal } from '../ideal/run.ts'
import { inTurn, offered } from '../load/phases.ts'
import { openSession, warmUpSeconds } from '../load/session.ts'
import { machineCpuSeconds } from '../measure/busy.ts'
import { machine } from '../measure/machine.ts'
import { transactions } from '../measure/transactions.ts'
import { writeProfile } from '../profile/write.ts'
import type { Subject } from '../setup/running.ts'
import { type Report, reportOf } from './report.ts'

export interface SagasOptions extends LoadOptions {
  /** Orders a second in the offered phases. */
  readonly rate: readonly number[]
  /** Folder for CPU profiles and the picture made from them. */
  readonly profile?: string
  readonly keep: boolean
  readonly useRunning: boolean
}

const idleSeconds = 5

async function underLoad(subject: Subject, options: SagasOptions, say: Progress) {
  const { seconds, clients, inFlight, rate: rates } = options
  const { place, phase, saturate, close } = await openSession(subject, options, say)
  try {
    const warmUp = await saturate('warming up', warmUpSeconds)
    const idle = await phase('one at a time', (book, from) => inTurn({ place, book, seconds: idleSeconds, from }))
    const steady = []
    for (const rate of rates) {
      const each = await phase(`${rate}/s offered`, (book, from) => offered({ place, book, seconds: seconds / 3, rate, from }))
      steady.push({ ...each, rate, ...each.done })
    }
    const [before, commitsBefore] = await Promise.all([machineCpuSeconds(), transactions(subject.postgresUrl)])
    const saturation = await saturate(`saturation for ${seconds} s`, seconds)
    const [after, commits] = await Promise.all([machineCpuSeconds(), transactions(subject.postgresUrl)])
    const ours = saturation.spent.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
    const others = before === undefined || after === undefined ? null : Math.max(0, Math.round((after - before - ours) * 100) / 100)
    return {
      warmUp,
      idle,
      offered: steady,
      saturation: { ...saturation, clients, inFlight },
      othersCpuSeconds: others,
      commits: commits - commitsBefore,
    }
  } finally {
    await close()
  }
}

/** Runs all phases against a stack that is there. */
export async function measure(subject: Subject, options: SagasOptions, say: Progress): Promise<Report> {
  const phases = await underLoad(subject, options, say)
  await subject.quieten()
  const packages =
    options.profile === undefined ? undefined : await writeProfile(options.profile, phases.saturation, phases.saturation.account.completed)
  const seconds = Math.min(10, options.seconds / 3)
  say('bare …')
  const bareRun = await bare(subject.postgresUrl, seconds)
  say('ideal …')
  const idealRun = await ideal(subject.postgresUrl, subject.brokers, seconds, options.inFlight)
  say('')
  return reportOf({
    ...phases,
    bare: bareRun,
    ideal: idealRun,
    packages,
    machine: await machine(),
    sampling: subject.sampling,
    hosting: subject.hosting,
  })
}

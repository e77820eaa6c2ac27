import { plain, silent, withLock } from '@murmuration/local'
import { endOwnStack, ownStack, ownStackLock, runningStack, type Subject } from './running.ts'

export interface StackOptions {
  readonly sampling: number
  readonly json: boolean
  readonly keep?: boolean
  readonly useRunning?: boolean
  /** Of every service but the user's and the catalogue's; default 1. */
  readonly instances?: number
  /** A process for each service. */
  readonly apart?: boolean
}

const stackFor = ({ useRunning = false, sampling, keep = false, json, instances = 1, apart = false }: StackOptions): Promise<Subject> => {
  const report = json || !process.stderr.isTTY ? silent : plain
  return useRunning ? runningStack() : ownStack({ sampling, keep, instances, hosting: apart ? 'apart' : 'together', report })
}

/** Works on a stack of its own (one at a time on a machine's checkout), or on the one that runs; ends its own also when the run is interrupted. */
export async function withStack<T>(options: StackOptions, work: (subject: Subject) => Promise<T>): Promise<T> {
  let subject: Subject | undefined
  const leave = async (): Promise<void> => {
    if (subject !== undefined) await subject.leave()
    else if (!options.useRunning) await endOwnStack()
  }
  const interrupted = (): void => void leave().finally(() => process.exit(130))
  const signals = ['SIGINT', 'SIGTERM'] as const
  const whole = async (): Promise<T> => {
    for (const signal of signals) process.once(signal, interrupted)
    try {
      subject = await stackFor(options)
      return await work(subject)
    } finally {
      if (subject !== undefined) await subject.leave()
      subject = undefined
      for (const signal of signals) process.off(signal, interrupted)
    }
  }
  return options.useRunning ? whole() : withLock(ownStackLock, whole)
}

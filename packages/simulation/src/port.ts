import type { Awaitable } from '@murmuration/choreography/ports'
import { failure } from './failure.ts'
import type { Fate } from './fate.ts'
import type { Instance } from './instance.ts'

/** What a dead process waits for. */
export const never = <Value>(): Promise<Value> => new Promise(() => {})

const KINDS = { failed: 'fault', 'answer lost': 'fault', 'crash before': 'crash', 'crash after': 'crash' } as const

/** One kind of call that processes make to something outside of them. */
export type Port = <Value>(act: () => Awaitable<Value>) => Awaitable<Value>

/**
 * A port whose calls can be slow on their way there and back, fail before they took effect or after (the answer is lost), and be the last thing that
 * their process does, before and after.
 */
export function port({ fate, instance, name }: { fate: Fate; instance: Instance; name: string }): Port {
  const strikes = fate.site(name, KINDS)
  const there = fate.delays(`${name} request`)
  const back = fate.delays(`${name} answer`)
  return (act) => {
    if (!instance.alive) return never()
    const fault = strikes()
    if (fault === 'crash before') {
      instance.crash(`before ${name}`)
      return never()
    }
    if (fault === 'failed') return instance.answer(Promise.reject(failure(`${name} failed`)), back())
    if (fault === undefined) return instance.call(there(), act, back())
    const spoilt = async () => {
      await act()
      if (fault === 'crash after') instance.crash(`after ${name}`)
      throw failure(`the answer of ${name} was lost`)
    }
    return instance.call(there(), spoilt, back())
  }
}

import type { Awaitable } from '@murmuration/choreography/ports'
import type { Clock } from './clock.ts'
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
export function port({ clock, fate, instance, name }: { clock: Clock; fate: Fate; instance: Instance; name: string }): Port {
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
    const acted = delayed(clock, there(), act)
    if (fault === undefined) return instance.answer(acted, back())
    return instance.answer(
      Promise.resolve(acted).then(() => {
        if (fault === 'crash after') instance.crash(`after ${name}`)
        throw failure(`the answer of ${name} was lost`)
      }),
      back(),
    )
  }
}

/** Does it after so many milliseconds, whatever becomes of the process meanwhile: it is on its way. */
export function delayed<Value>(clock: Clock, ms: number, act: () => Awaitable<Value>): Awaitable<Value> {
  if (ms === 0)
    try {
      return act()
    } catch (error) {
      return Promise.reject(error as Error)
    }
  return new Promise((resolve, reject) =>
    clock.after(ms, () => {
      try {
        resolve(act())
      } catch (error) {
        reject(error as Error)
      }
    }),
  )
}

import { type Scope, shared } from './state.ts'

/**
 * The telemetry of one service of this process: spans, metrics and log lines that are made inside of it say that they are the service's. What is begun in
 * there stays in there: timers, connections, and the requests that a server gets which listens there.
 */
export const serviceScope = (name: string): Scope => ({ name })

/** Runs `fn`, and all that comes of it, in the scope. */
export const inScope = <T>(scope: Scope, fn: () => T): T => shared.scopes.run(scope, fn)

export const currentScope = (): Scope => shared.scopes.getStore() ?? shared.whole

/** Makes a thing once for each scope, when it is first asked for there. */
export const perScope = <T>(make: (scope: Scope) => T): (() => T) => {
  const made = new WeakMap<Scope, { readonly thing: T }>()
  return () => {
    const scope = currentScope()
    let own = made.get(scope)
    if (own === undefined) {
      own = { thing: make(scope) }
      made.set(scope, own)
    }
    return own.thing
  }
}

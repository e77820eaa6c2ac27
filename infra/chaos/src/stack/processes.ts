/** Services of which two instances run: one can be stopped, killed or deployed while the other goes on. */
export const doubled = ['order', 'inventory', 'payment'] as const

const consuming = ['order', 'inventory', 'payment', 'risk', 'channel', 'notification'] as const

const withSecond = (name: string): string[] => ((doubled as readonly string[]).includes(name) ? [name, `${name}-2`] : [name])

/** Processes that handle the saga's events. */
export const consumers: readonly string[] = consuming.flatMap(withSecond)

/** All of ours that may be killed; the provider, which plays a stranger, has its own faults. */
export const services: readonly string[] = ['gateway', 'user', 'product', ...consumers]

export const serviceOf = (process: string): string => process.replace(/-2$/, '')

/** Consumer groups, which have the names of their services. */
export const groups: readonly string[] = consuming

/** Services with a database. */
export const withDatabase: readonly string[] = ['user', 'product', ...consuming]

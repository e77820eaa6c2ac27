import { counter, histogram } from '@murmuration/telemetry'

const registrations = counter('user.register.count', { description: 'Registrations by outcome' })
const logins = counter('user.login.count', { description: 'Logins by outcome' })
const queries = histogram('user.query.duration', { description: 'Duration of reads of users, in seconds' })

export const countRegistration = (outcome: 'registered' | 'repeated' | 'refused'): void => registrations.add(1, { outcome })
export const countLogin = (outcome: 'success' | 'wrong' | 'suspended' | 'limited'): void => logins.add(1, { outcome })

export async function timed<T>(query: 'by_id' | 'by_email' | 'ids' | 'not_active', read: () => Promise<T>): Promise<T> {
  const start = performance.now()
  try {
    return await read()
  } finally {
    queries.record((performance.now() - start) / 1000, { query })
  }
}

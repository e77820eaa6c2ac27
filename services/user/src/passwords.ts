import { problem } from '@murmuration/http'
import { hash, verify } from '@node-rs/argon2'
import { BulkheadRejectedError, bulkhead } from 'cockatiel'

/** Argon2id with the library's defaults (19 MiB, 2 passes), which are OWASP's. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** Takes as long without a hash to compare with, so that the time does not tell whether there is a user. */
  matches(password: string, stored: string | undefined): Promise<boolean>
}

export async function passwords(): Promise<Passwords> {
  // Each takes 19 MiB and a core for a while: a crowd waits, and a bigger crowd comes again later.
  const gate = bulkhead(2, 200)
  const nobody = await hash('nobody has this password')
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await gate.execute(work)
    } catch (error) {
      if (error instanceof BulkheadRejectedError)
        throw problem(503, 'busy', 'Too many logins at once, try again.', { headers: { 'retry-after': '2' } })
      throw error
    }
  }
  return {
    hash: (password) => run(() => hash(password)),
    matches: async (password, stored) => (await run(() => verify(stored ?? nobody, password))) && stored !== undefined,
  }
}

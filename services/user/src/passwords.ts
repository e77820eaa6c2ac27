import { problem } from '@murmuration/http'
import { hash, verify } from '@node-rs/argon2'
import { BulkheadRejectedError, bulkhead } from 'cockatiel'

/**
 * Argon2id with the library's defaults (19 MiB, 2 passes), which are OWASP's. It takes all of a password, where bcrypt would stop after 72 bytes. A password
 * is text, and keyboards write the same text in different bytes (é is one character or two): it is normalised to NFKC first, as NIST SP 800-63B (3, 5.1.1.2)
 * has it.
 */
export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * `outdated`: right, but hashed as it was typed, as it was once done; to be hashed again. Takes as long without a hash to compare with, so that the time
   * does not tell whether there is a user.
   */
  check(password: string, stored: string | undefined): Promise<'right' | 'outdated' | 'wrong'>
}

export const normalized = (password: string): string => password.normalize('NFKC')

/** How a password may have been hashed: normalised, or as it came from any keyboard. */
const formsOf = (password: string): string[] => [
  ...new Set([normalized(password), password, password.normalize('NFC'), password.normalize('NFD')]),
]

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
    hash: (password) => run(() => hash(normalized(password))),
    async check(password, stored) {
      for (const [index, form] of formsOf(password).entries())
        if ((await run(() => verify(stored ?? nobody, form))) && stored !== undefined) return index === 0 ? 'right' : 'outdated'
      return 'wrong'
    },
  }
}

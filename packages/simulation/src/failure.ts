import { Transient } from '@murmuration/contracts'

/** What a port answers when something is away. There are many of them, and nobody asks for their stack, which is what makes errors dear. */
export function failure(message: string): Transient {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const error = new Transient(message)
  Error.stackTraceLimit = stackTraceLimit
  return error
}

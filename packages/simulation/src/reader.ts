import type { LogMessage } from '@murmuration/choreography'
import { deepFreeze, type Opened, type Reader, reader } from '@murmuration/choreography/runtime'

/**
 * Reads each message of a run once, for all who get it: what is read depends on nothing but the message. Who changed what he is given would change it for the
 * others, too, so it is frozen: that fails at once.
 */
export function readOnce(): Reader {
  const opened = new Map<LogMessage, Opened>()
  const digests = new Map<LogMessage, string>()
  return {
    open(message) {
      let found = opened.get(message)
      if (found === undefined) {
        found = deepFreeze(reader.open(message))
        opened.set(message, found)
      }
      return found
    },
    digestOf(message) {
      let found = digests.get(message)
      if (found === undefined) {
        // The text itself tells as much as a hash of it, and takes a tenth of the time.
        found = `${message.headers['ce_type']} ${message.value?.toString('latin1')}`
        digests.set(message, found)
      }
      return found
    },
  }
}

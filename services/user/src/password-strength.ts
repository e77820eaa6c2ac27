import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { normalized } from './passwords.ts'

/**
 * Says what a password would have to be, when it is one that somebody would guess: `one that is harder to guess: not …`. Undefined: it is good.
 * @param about what is known of whoever has it: address, name …
 */
export type Weakness = (password: string, about: readonly string[]) => Promise<string | undefined>

// NIST SP 800-63B, 3.1.1.2, counts each code point as one character.
const shortest = 8
// What can be guessed in fewer than 10^8 tries. Logging in is limited, and hashes are slow; more would annoy people for little.
const leastScore = 2
// Of a hostile text, looking at these takes 30 ms at most; at 64 characters with the library's own bound it was a second. What is hard to guess stays
// so with something behind it.
const lookedAt = 32
const l33tMaxSubstitutions = 10

const reasons: Readonly<Record<string, string>> = {
  userInputs: 'not your name or address',
  topTen: 'not one of the ten most common passwords',
  topHundred: 'not one of the hundred most common passwords',
  common: 'not one of the most common passwords',
  similarToCommon: 'not so like one of the most common passwords',
  simpleRepeat: 'not the same again and again',
  extendedRepeat: 'not the same again and again',
  straightRow: 'not keys in a row',
  keyPattern: 'not keys in a row',
  sequences: 'not letters or digits in a row',
  recentYears: 'not a year',
  dates: 'not a date',
}

/** What of a text would come into a password: itself and its words. */
const wordsOf = (text: string): string[] => [text, ...text.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length > 2)

/** Its lists are loaded (100 ms, 8 MB) when the first password is looked at, not with the service. */
export function passwordWeakness(): Weakness {
  let loading: Promise<ZxcvbnFactory> | undefined
  async function load(): Promise<ZxcvbnFactory> {
    const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
      import('@zxcvbn-ts/core'),
      import('@zxcvbn-ts/language-common'),
    ])
    return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, l33tMaxSubstitutions })
  }
  return async (password, about) => {
    const form = normalized(password)
    if ([...form].length < shortest) return `at least ${shortest} characters`
    loading ??= load()
    const { score, feedback } = (await loading).check(form.slice(0, lookedAt), ['murmuration', ...about.flatMap(wordsOf)])
    return score < leastScore ? `one that is harder to guess: ${reasons[feedback.warning ?? ''] ?? 'longer, or of more words'}` : undefined
  }
}

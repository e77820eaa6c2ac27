import type { FieldError } from './event.ts'
import { fieldErrors, type Validator } from './field-errors.ts'
import { eventByType } from './generated/events.ts'
import { versions } from './generated/versions.ts'
import type { Upcaster } from './upcast.ts'
import { upcasts } from './upcasts/index.ts'

/** Data in the newest version, or why there is none. */
export type Decoded =
  | { readonly data: unknown }
  | { readonly unknownVersion: number }
  /** Wrong by the schema of the message's own version. */
  | { readonly errors: readonly FieldError[] }

/** What a decoder knows: the newest version of each event, a validator of every version (`OrderPlaced.v1`), the steps between them. */
export interface Known {
  newest(type: string): number | undefined
  readonly versions: ReadonlyMap<string, Validator>
  readonly upcasts: readonly Upcaster[]
}

/** Makes a `decode`; only tests of versions that do not exist yet need another than ours. */
export function decoderOf({ newest, versions, upcasts }: Known): (type: string, version: number, data: unknown) => Decoded {
  const steps = new Map(upcasts.map((step) => [`${step.type}.v${step.from}`, step]))

  return (type, version, data) => {
    const validator = versions.get(`${type}.v${version}`)
    const last = newest(type)
    if (validator === undefined || last === undefined) return { unknownVersion: version }
    const errors = fieldErrors(validator, data)
    if (errors.length > 0) return { errors }
    let current = data
    for (let at = version; at < last; at++) {
      const step = steps.get(`${type}.v${at}`)
      if (step === undefined) return { unknownVersion: version }
      current = step.up(current)
    }
    return version === last ? { data } : checked(current, type, last)
  }

  function checked(data: unknown, type: string, version: number): Decoded {
    const validator = versions.get(`${type}.v${version}`)
    if (validator === undefined) return { unknownVersion: version }
    const errors = fieldErrors(validator, data)
    return errors.length > 0
      ? { errors: errors.map((error) => ({ ...error, expected: `${error.expected} (after the upcast)` })) }
      : { data }
  }
}

/**
 * The data of a message of that type and version (from its `ce_dataschema`) as the newest version: checked by its own version's schema, then
 * upcast step by step. A version newer than ours is unknown, so consumers are rolled out before producers. Throws only what an upcaster throws.
 */
export const decode = decoderOf({ newest: (type) => eventByType.get(type)?.version, versions, upcasts })

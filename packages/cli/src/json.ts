import { readFileSync } from 'node:fs'
import { messageOf, usage } from './errors.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** JSON from outside as an object; anything else becomes an empty one, so that missing fields are just undefined. */
export const objectOf = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
export const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** @param what names it in the error, e.g. `--data` */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usage(
      `${what} is not JSON: ${messageOf(error)}`,
      'Quote it for the shell: --data \'{"orderId": "…"}\'. To send broken bytes on purpose, use --raw.',
    )
  }
}

/** Reads a JSON file; `-` is standard input. */
export function readJson(file: string): unknown {
  return parseJson(readText(file), file === '-' ? 'standard input' : file)
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw usage(`${file} cannot be read: ${messageOf(error)}`)
  }
}

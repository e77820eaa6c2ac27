import { z } from 'zod'
import { fetchablePort, isFetchable, isFetchableUrl } from './fetchable.ts'
import { fieldProblems } from './fields.ts'

/** Settings that cannot be used; its message has one line for each. */
export class ConfigError extends Error {
  readonly lines: readonly string[]
  constructor(lines: readonly string[]) {
    super(`Bad configuration:\n${lines.map((line) => `  ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    this.lines = lines
  }
}

/**
 * Reads settings from the environment. An empty value counts as absent.
 * @throws ConfigError that lists all wrong settings at once, without their values
 */
export function readConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const wanted = Object.keys(schema.shape).filter((name) => env[name] !== undefined && env[name] !== '')
  const given = Object.fromEntries(wanted.map((name) => [name, env[name]]))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  throw new ConfigError(fieldProblems(result.error, given).map(({ field, expected, got }) => `${field}: expected ${expected}, got ${got}`))
}

/** Where a server listens; 0 takes a free port. A port that no client of ours would connect to is refused before anybody waits for it. */
export const listeningPort = z.coerce
  .number()
  .int()
  .min(0)
  .max(65535)
  .refine((port) => port === 0 || isFetchable(port), fetchablePort)

/** A comma separated list of base URLs, without trailing slashes; at least one. */
export const urlList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((each) => each.trim().replace(/\/+$/, ''))
      .filter(Boolean),
  )
  .pipe(z.array(z.url({ protocol: /^https?$/ }).refine(isFetchableUrl, fetchablePort)).min(1))

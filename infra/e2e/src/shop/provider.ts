import { inject } from 'vitest'

type Settings = Readonly<Record<string, number | boolean>>

async function settings(change?: Settings): Promise<Settings> {
  const answer = await fetch(`${inject('stack').provider}/v1/settings`, {
    ...(change !== undefined && { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(change) }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Settings
}

/** Runs `work` while the provider simulator behaves otherwise. */
export async function whileProvider<T>(behaves: Settings, work: () => Promise<T>): Promise<T> {
  const before = await settings()
  await settings(behaves)
  try {
    return await work()
  } finally {
    await settings(before)
  }
}

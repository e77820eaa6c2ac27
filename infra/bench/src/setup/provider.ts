/** Makes the provider simulator answer at once and accept everything. @returns what restores its settings */
export async function quickProvider(url: string): Promise<() => Promise<void>> {
  const settings = `${url}/v1/settings`
  const before = (await (await fetch(settings)).json()) as Record<string, unknown>
  const put = async (body: object): Promise<void> => {
    const answer = await fetch(settings, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the provider simulator refused its settings: ${answer.status} ${await answer.text()}`)
  }
  await put({ ...before, latencyMs: 0, successRate: 1, lostAnswerRate: 0, webhooks: false })
  return () => put(before)
}

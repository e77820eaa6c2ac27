import type { Pool } from 'pg'
import type { GroupMembers } from '../kafka/expel.ts'
import type { Ownership } from './ownership.ts'

/** The instances of a service in its consumer group, each as long as its session holds its lock: whatever a process died of, others know at once. */
export const groupMembers = (pool: Pool, ownership: Ownership): GroupMembers => ({
  async joined(memberId) {
    await pool.query(
      'INSERT INTO choreography.members ("memberId", owner) VALUES ($1, $2) ON CONFLICT ("memberId") DO UPDATE SET owner = EXCLUDED.owner',
      [memberId, ownership.owner],
    )
  },
  async dead() {
    const { rows } = await pool.query<{ owner: string }>('SELECT DISTINCT owner FROM choreography.members WHERE owner <> $1', [
      ownership.owner,
    ])
    const found: string[] = []
    for (const { owner } of rows)
      await ownership.ifDead(owner, async () => {
        const gone = await pool.query<{ memberId: string }>('DELETE FROM choreography.members WHERE owner = $1 RETURNING "memberId"', [
          owner,
        ])
        found.push(...gone.rows.map(({ memberId }) => memberId))
      })
    return found
  },
})

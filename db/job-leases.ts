import type { Database, Statement } from './connect.ts'
import { guarded } from './statement.ts'

/** A process's hold on a job. */
export interface JobClaim {
  readonly job: string
  readonly owner: string
  readonly fence: number
}

/**
 * Takes a job whose lease has run out, or that nobody ever had.
 *
 * @param owner of this claim and no other
 * @param lease milliseconds
 * @returns undefined while somebody else has it
 */
export async function jobClaimed(
  db: Database,
  job: string,
  owner: string,
  now: number,
  lease: number,
): Promise<JobClaim | undefined> {
  const [, held] = await db.write([
    {
      sql: `INSERT INTO job_lease (job, owner, fence, lease_until) VALUES (?1, ?2, 1, ?4)
            ON CONFLICT (job) DO UPDATE SET owner = excluded.owner, fence = fence + 1, lease_until = excluded.lease_until
              WHERE job_lease.lease_until <= ?3`,
      args: [job, owner, now, now + lease],
    },
    { sql: 'SELECT fence FROM job_lease WHERE job = ? AND owner = ?', args: [job, owner] },
  ])
  const fence = held?.rows[0]?.fence
  return typeof fence === 'number' ? { job, owner, fence } : undefined
}

/** Keeps a job until then; put what is done under it behind: the batch is refused whole when the job is somebody else's. */
export function jobKept({ job, owner, fence }: JobClaim, until: number): readonly Statement[] {
  return [
    {
      sql: 'UPDATE job_lease SET lease_until = ? WHERE job = ? AND owner = ? AND fence = ?',
      args: [until, job, owner, fence],
    },
    ...guarded(),
  ]
}

/** Lets go of a job, if it is still ours. */
export function jobLeft({ job, owner, fence }: JobClaim): Statement {
  return {
    sql: 'UPDATE job_lease SET lease_until = 0 WHERE job = ? AND owner = ? AND fence = ?',
    args: [job, owner, fence],
  }
}

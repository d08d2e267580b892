import type { TenantId } from '../../../bff/contract/ids.ts'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import type { Database, Statement } from '../../../db/connect.ts'

/** A runner's surroundings in a process that dies at one of its writes. */
export interface Mortal {
  readonly deps: EngineDeps
  /** Resolves at the death. From then on nothing of that process ever returns. */
  readonly dead: Promise<void>
}

const NEVER = new Promise<never>(() => undefined)

/** Whether a batch looks for work: that is not yet a turn. */
function isClaim(statements: readonly Statement[]): boolean {
  return statements.some(
    (statement) => 'sql' in statement && /SELECT id, owner, fence/.test(statement.sql),
  )
}

/**
 * Lets the process of a runner die at the `write`-th write of its turns, counted from 1: before the write reaches the
 * database, or after it did and before the answer came.
 */
export function mortal(deps: EngineDeps, write: number, when: 'before' | 'after'): Mortal {
  let left = write
  let working = false
  let died = false
  let die: () => void = () => undefined
  const dead = new Promise<void>((resolve) => {
    die = () => {
      died = true
      resolve()
    }
  })
  const alive = <Args extends readonly unknown[], Result>(
    act: (...args: Args) => Promise<Result>,
  ) => {
    return async (...args: Args): Promise<Result> => {
      if (died) return NEVER
      const result = await act(...args)
      return died ? NEVER : result
    }
  }
  const { db } = deps
  const mortalDb: Database = {
    ...db,
    withPatience: () => mortalDb,
    write: alive(async (statements: readonly Statement[]) => {
      if (!working || isClaim(statements)) return db.write(statements)
      left -= 1
      if (left > 0) return db.write(statements)
      if (when === 'before') {
        die()
        return NEVER
      }
      const result = await db.write(statements)
      die()
      return result
    }),
  }
  return {
    dead,
    deps: {
      ...deps,
      panelOf: alive((tenant: TenantId, configuration: string) => {
        working = true
        return deps.panelOf(tenant, configuration)
      }),
      db: mortalDb,
    },
  }
}

/** Something went wrong in the database. Never carries a statement's arguments. */
export class DatabaseError extends Error {
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
  }
}

/** A conditional UPDATE in the batch hit no row (or several): the whole batch was rolled back. */
export class GuardFailed extends DatabaseError {
  constructor(cause?: unknown) {
    super('guard_failed', 'a conditional update did not change exactly one row', cause)
  }
}

/** A unique index or primary key refused a row: the whole batch was rolled back. */
export class UniqueConflict extends DatabaseError {
  /** `table.column` of the key, in its order. */
  readonly columns: readonly string[]

  constructor(columns: readonly string[], cause?: unknown) {
    super('unique_conflict', `a row with the same ${columns.join(', ')} exists`, cause)
    this.columns = columns
  }
}

/**
 * The database gave no answer: down, out of reach, or past its deadline. What became of a write is unknown; it may be
 * sent again only if it is idempotent by key or fence.
 */
export class DatabaseUnavailable extends DatabaseError {
  constructor(message: string, cause?: unknown) {
    super('database_unavailable', message, cause)
  }
}

/** Another writer held the lock for longer than we try. Nothing was written. */
export class DatabaseBusy extends DatabaseError {
  constructor(cause?: unknown) {
    super('database_busy', 'the database was busy for too long', cause)
  }
}

/** Another process owns this database file. */
export class DatabaseOwned extends DatabaseError {
  constructor(path: string, cause?: unknown) {
    super(
      'database_owned',
      `the database file ${path} is in use by another process; stop it first, or talk to it over its socket`,
      cause,
    )
  }
}

/** Other users of this machine may open the database file. */
export class DatabaseExposed extends DatabaseError {
  constructor(path: string) {
    super(
      'database_exposed',
      `other users of this machine may read or write the database file ${path}; take that right away with: chmod o-rwx ${path}`,
    )
  }
}

/** Whether a write failed because a guarded update hit no row. */
export function isGuardFailed(error: unknown): error is GuardFailed {
  return error instanceof GuardFailed
}

/** Whether a write failed because a unique index refused a row. */
export function isUniqueConflict(error: unknown): error is UniqueConflict {
  return error instanceof UniqueConflict
}

interface Link {
  readonly code: string
  readonly message: string
  readonly status: number | undefined
  readonly name: string
}

function chain(error: unknown): Link[] {
  const links: Link[] = []
  let current: unknown = error
  while (current instanceof Error && links.length < 10) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : ''
    const status =
      'status' in current && typeof current.status === 'number' ? current.status : undefined
    links.push({ code, message: current.message, status, name: current.name })
    current = current.cause
  }
  return links
}

/** The error of the database that lies at the bottom of `error`; drizzle wraps what the driver throws. */
function databaseErrorIn(error: unknown): DatabaseError | undefined {
  let current: unknown = error
  for (let depth = 0; current instanceof Error && depth < 10; depth++) {
    if (current instanceof DatabaseError) return current
    current = current.cause
  }
  return undefined
}

/**
 * Whether `error` says that the database is out of reach or too busy, so that the same request may work later. What
 * became of a write is then unknown.
 */
export function isDatabaseAway(error: unknown): boolean {
  const found = databaseErrorIn(error)
  return found instanceof DatabaseUnavailable || found instanceof DatabaseBusy
}

const AWAY =
  /^(HRANA_WEBSOCKET_ERROR|HRANA_CLOSED_ERROR|CLIENT_CLOSED|ECONN\w+|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_\w+)$/

/**
 * Says what an error of the driver means, by walking its causes: drivers nest, and remote answers lack extended codes.
 * Pure. Errors already classified come back unchanged.
 */
export function classify(error: unknown): DatabaseError {
  const known = databaseErrorIn(error)
  if (known !== undefined) return known
  const links = chain(error)
  for (const { code, message } of links) {
    if (/CHECK constraint failed: guard_ok/.test(message)) return new GuardFailed(error)
    const unique = /UNIQUE constraint failed: ([\w., ]+)/.exec(message)
    if (unique?.[1] !== undefined)
      return new UniqueConflict(
        unique[1].split(',').map((column) => column.trim()),
        error,
      )
    if (code.startsWith('SQLITE_BUSY') || /SQLITE_BUSY|database is locked/.test(message))
      return new DatabaseBusy(error)
  }
  for (const { code, message, status, name } of links) {
    if (
      AWAY.test(code) ||
      name === 'TimeoutError' ||
      name === 'AbortError' ||
      message === 'fetch failed' ||
      (status !== undefined && status >= 500)
    )
      return new DatabaseUnavailable('the database gave no answer', error)
  }
  if (links.some(({ status }) => status === 401 || status === 403))
    return new DatabaseError('database_refused', 'the database refused our token', error)
  return new DatabaseError('database_failed', 'the database refused a statement', error)
}

import { logged } from '../../bff/log/append.ts'
import { linksFor, sealNow } from '../../bff/log/chain/seal.ts'
import { openFront } from '../bff/http/front.ts'
import { type Evidence, openEvidence } from '../bff/log/evidence.ts'
import { bound } from '../bff/operations/scene.ts'
import { tenantId } from '../tenant-id.ts'
import { cpuCompared, cpuMicroseconds, percentile } from './measure.ts'
import { type Cost, microseconds } from './security.ts'

const TENANT = tenantId('one')
const SUBMITS = 600
const ALONE = { blocks: 60, runs: 40 }
/**
 * Entries in one write: one alone takes less than writes of one differ by. A block has so many that each holds several of
 * the checkpoints of the write-ahead log, which come now and then.
 */
const TOGETHER = 100
const WRITES = { blocks: 60, runs: 10 }
/** Entries that wait when many are sealed together, and how often. */
const MANY = 2000
const TIMES = 9

const END = { seq: 0, hash: 'x'.repeat(43), sealed_at: 0, caught_up_at: 0 }

/** An entry as it stands in the database. */
const ENTRY = {
  id: 'log_01kastf7h0abcdefghjkmnpqrs',
  tenant: TENANT,
  service: '1042',
  at: Date.UTC(2026, 10, 23),
  level: 'info',
  actor: '{"role":"staff","label":"Ann Smith"}',
  role: 'staff',
  action: 'suspend',
  operation: null,
  reason: 'Payment is overdue',
  duration_ms: 1200,
  code: 'log.action.succeeded',
  params: '{"action":"suspend"}',
  detail: null,
  client_visible: 1,
}

/** Processor time of a submit through the app: its token, its checks, its write. No log entry is in it. */
async function submitted(): Promise<number> {
  const front = await openFront()
  try {
    const token = await front.token()
    for (let i = 0; i < SUBMITS; i++) await bound(front.scene, `u${i}`)
    const times: number[] = []
    for (let i = 0; i < SUBMITS; i++)
      times.push(
        await cpuMicroseconds(async () => {
          const answer = await front.ask('POST', `/services/u${i}/actions/repack`, {
            token,
            headers: { 'idempotency-key': `gesture-number-${i}` },
            body: { input: { package: 'large' } },
          })
          const text = await answer.text()
          if (answer.status !== 202) throw new Error(`${answer.status} ${text}`)
        }),
      )
    return percentile(times.slice(SUBMITS / 6), 0.5)
  } finally {
    await front.end()
  }
}

const sealedBy = ({ db, house }: Evidence) => sealNow({ db, clock: house.clock }, TENANT)

/** Writes so many entries at once. */
const together = ({ db, house }: Evidence) =>
  db.write(
    Array.from({ length: TOGETHER }, () =>
      logged({
        tenant: TENANT,
        service: 's1',
        now: house.clock.now(),
        level: 'info',
        actor: { role: 'staff', label: 'Ann Smith' },
        action: 'suspend',
        message: { code: ENTRY.code, params: { action: 'suspend' } },
      }),
    ).flat(),
  )

/** What an entry's place in the queue of the chain adds to the write of an entry. */
async function queued() {
  const [bare, chained] = await Promise.all([openEvidence(), openEvidence()])
  try {
    await bare.rows('DROP TRIGGER log_entry_waits')
    const { more, within } = await cpuCompared(
      WRITES,
      () => together(bare),
      () => together(chained),
      () => sealedBy(chained),
    )
    return { more: more / TOGETHER, within: within / TOGETHER }
  } finally {
    await bare.end()
    await chained.end()
  }
}

/** What an entry that comes alone takes to be sealed, beside its own write. */
async function sealedAlone() {
  const [bare, chained] = await Promise.all([openEvidence(), openEvidence()])
  try {
    return await cpuCompared(
      ALONE,
      () => bare.write(),
      async () => {
        await chained.write()
        await sealedBy(chained)
      },
    )
  } finally {
    await bare.end()
    await chained.end()
  }
}

/** What each of many entries takes to be sealed together and to be verified. */
async function amongMany() {
  const evidence = await openEvidence()
  try {
    const sealed: number[] = []
    const verified: number[] = []
    for (let i = 1; i <= TIMES; i++) {
      for (let one = 0; one < MANY; one++) await evidence.write()
      sealed.push((await cpuMicroseconds(() => sealedBy(evidence))) / MANY)
      verified.push((await cpuMicroseconds(() => evidence.verdict())) / (i * MANY))
    }
    return { sealed: percentile(sealed, 0.5), verified: percentile(verified, 0.5) }
  } finally {
    await evidence.end()
  }
}

/**
 * What the chain of the log takes of an entry, and so of an operation, which writes one: in processor time, since the
 * disk's waiting is hundreds of times of it, as a share of the processor time of the submit. Its place in the queue is
 * taken in the write that settles the operation; all the rest happens later and in nobody's way.
 */
export async function costOfChain(): Promise<Cost[]> {
  const of = { name: 'a submit, processor time, p50', value: await submitted() }
  const digests = await microseconds(async () => linksFor(TENANT, END, [ENTRY], ENTRY.at))
  const queue = await queued()
  const alone = await sealedAlone()
  const many = await amongMany()
  const costs: readonly (readonly [string, number])[] = [
    ['a log entry’s place in the queue of the chain', queue.more],
    ['the same, ±', queue.within],
    ['the digests of a log entry', digests],
    ['sealing a log entry that comes alone', alone.more],
    ['the same, ±', alone.within],
    ['sealing a log entry, among many', many.sealed],
    ['the chain of a log entry, all in all, among many', queue.more + many.sealed],
    ['verifying a log entry, among many', many.verified],
  ]
  return costs.map(([name, value]) => ({ name, value, of }))
}

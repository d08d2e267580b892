import { z } from 'zod'
import type { Answered } from './bff-client.ts'
import type { AcceptedOperation, Sight } from './history.ts'

export const operationSchema = z.object({
  id: z.string(),
  service: z.string(),
  action: z.string(),
  state: z.string(),
  created_at: z.string(),
  error: z.object({ code: z.string() }).optional(),
  steps: z.array(z.object({ name: z.string(), account: z.string(), state: z.string() })),
  can: z.array(z.string()),
})
export type SeenOperation = z.infer<typeof operationSchema>

const refusalSchema = z.object({ code: z.string() })

type Noted = Omit<AcceptedOperation, 'identities' | 'sights'> & { readonly sights: Sight[] }

const contentOf = ({ state, error, steps }: Sight) => JSON.stringify([state, error, steps])

/** What clients were told, operation by operation: every answer they got about one. */
export class Diary {
  readonly #operations = new Map<string, Noted>()
  /** Names of the actions that were accepted. */
  readonly actions = new Set<string>()
  /** Codes of what was refused, one for each time. */
  readonly refusals: string[] = []

  /** How many operations were accepted so far. */
  get size(): number {
    return this.#operations.size
  }

  /** How many of them were seen ended. */
  get ended(): number {
    const final = ['succeeded', 'failed', 'cancelled', 'resolved']
    return [...this.#operations.values()].filter(({ sights }) =>
      final.includes(sights.at(-1)?.state ?? ''),
    ).length
  }

  knows(id: string): boolean {
    return this.#operations.has(id)
  }

  /** An answer said that an operation was accepted. */
  accepted(server: string, answer: Answered, key: string): SeenOperation {
    const seen = operationSchema.parse(answer.body)
    this.actions.add(seen.action)
    if (!this.#operations.has(seen.id))
      this.#operations.set(seen.id, {
        id: seen.id,
        key,
        server,
        service: seen.service,
        action: seen.action,
        // Of two tabs that ask at once, one may get its operation when the other's has long ended.
        asked_at: Math.max(answer.first_asked_at, Date.parse(seen.created_at)),
        accepted_at: answer.seen_at,
        sights: [],
      })
    return this.saw(answer)
  }

  /** An operation that is there and that no client was ever told of: all its answers were lost. */
  found(server: string, answer: Answered): SeenOperation {
    const { id } = operationSchema.parse(answer.body)
    return this.accepted(server, { ...answer, first_asked_at: 0 }, `unheard of: ${id}`)
  }

  /** An answer said no. */
  refused(answer: Answered): void {
    const said = refusalSchema.safeParse(answer.body)
    this.refusals.push(said.success ? said.data.code : `status ${answer.status}`)
  }

  /** An answer showed an operation. */
  saw(answer: Answered): SeenOperation {
    const seen = operationSchema.parse(answer.body)
    const sight: Sight = {
      asked_at: answer.asked_at,
      seen_at: answer.seen_at,
      state: seen.state,
      ...(seen.error === undefined ? {} : { error: seen.error.code }),
      steps: seen.steps,
    }
    const sights = this.#operations.get(seen.id)?.sights
    const last = sights?.at(-1)
    // The same again only says that it was still so.
    if (last !== undefined && contentOf(last) === contentOf(sight))
      sights?.splice(-1, 1, { ...last, asked_at: sight.asked_at })
    else sights?.push(sight)
    return seen
  }

  /** An operation that somebody was told of is not there any more. */
  missed(id: string, now: number): void {
    const gone = { asked_at: now, seen_at: now, state: 'forgotten', steps: [] }
    this.#operations.get(id)?.sights.push(gone)
  }

  operations(): readonly Noted[] {
    return [...this.#operations.values()]
  }
}

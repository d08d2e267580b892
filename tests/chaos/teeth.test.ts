import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { StepHandler } from '../../bff/providers/provider.ts'
import type { Statement } from '../../db/connect.ts'
import { bound } from '../bff/operations/scene.ts'
import { broken, type Invariant } from './check.ts'
import { type Gate, gate, Story, textOf } from './story.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const LARGE = { package: 'large' }

/** A safeguard, what breaks without it, and the story in which it is needed. */
interface Tooth {
  readonly safeguard: string
  readonly breaks: readonly Invariant[]
  /** @param without whether the safeguard is taken away */
  play(story: Story, without: boolean): Promise<void>
}

/** The same step, that stops at a door before or after its call. */
function stopping(
  step: StepHandler,
  where: 'before_the_call' | 'after_the_call',
  door: { pass(): Promise<void> },
): StepHandler {
  return {
    ...step,
    async send(...call) {
      if (where === 'before_the_call') await door.pass()
      const outcome = await step.send(...call)
      if (where === 'after_the_call') await door.pass()
      return outcome
    },
  }
}

/** The same step, whose read-back waits while others wait for their calls. */
function afterOthers(step: StepHandler, line: { readonly door: Gate; left: number }): StepHandler {
  return {
    ...step,
    async send(...call) {
      line.left -= 1
      if (line.left === 0) line.door.open()
      return step.send(...call)
    },
    async prove(...asked) {
      if (line.left > 0) await line.door.pass()
      return step.prove(...asked)
    },
  }
}

/** Statements without the conditions on who holds the operation. */
function unfenced(statements: readonly Statement[]): Statement[] {
  return statements.map((statement) => {
    if ('toSQL' in statement) return statement
    const held = 'AND fence = ? AND owner = ? AND lease_until >= ?'
    // The arguments stay, so that the others keep their places.
    const anybody = 'AND ? IS NOT NULL AND ? IS NOT NULL AND ? IS NOT NULL'
    return { ...statement, sql: statement.sql.replace(held, anybody) }
  })
}

/** Leaves out the write that says *sent*. */
function unannounced(statements: readonly Statement[]): readonly Statement[] {
  const says = statements.some(
    (statement) =>
      'args' in statement &&
      textOf(statement).startsWith('UPDATE step SET "state" = ?') &&
      statement.args?.[0] === 'sent',
  )
  return says ? statements.filter((one) => textOf(one).startsWith('SELECT')) : statements
}

/** Takes no account locks. */
function unlocked(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter(
    (statement) =>
      !/INSERT INTO account_lock|count\(\*\) FROM account_lock/.test(textOf(statement)),
  )
}

/** Looks at no bound when something is sent. */
function unbound(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter(
    (statement) => !textOf(statement).includes('count(DISTINCT s.operation) <='),
  )
}

const TEETH: readonly Tooth[] = [
  {
    safeguard: 'lease fence',
    breaks: ['false_failures'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      story.scene.panel.fates = ['refused', 'done']
      const frozen = gate()
      const slow = gate()
      const rewrite = without ? { rewrite: unfenced } : {}
      const first = story.process({
        ...rewrite,
        around: (step) => stopping(step, 'after_the_call', frozen),
      })
      const second = story.process({
        ...rewrite,
        around: (step) => stopping(step, 'after_the_call', slow),
      })
      await story.ask('repack', LARGE)
      const stale = first.tick()
      await frozen.reached
      // The refusal never came to our record; after quarantine another process makes the call again, and it is made.
      const taken = (async () => {
        for (let looks = 0; looks < 40; looks++) {
          story.scene.now += 30 * SECOND
          await second.tick()
        }
      })()
      await slow.reached
      frozen.open()
      await stale
      slow.open()
      await taken
    },
  },
  {
    safeguard: 'write-ahead sent',
    breaks: ['duplicates', 'late_changes', 'overlapping_calls'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      story.scene.panel.fates = ['cut_late', 'done']
      const runner = story.process(without ? { rewrite: unannounced } : {})
      await story.ask('repack', LARGE)
      await runner.tick()
      await story.pass(story.process(), 2 * MINUTE)
      story.serverGoesOn()
      await story.pass(story.process(), 2 * MINUTE)
    },
  },
  {
    safeguard: 'running-operation index',
    breaks: ['operations_at_once'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      if (without) await story.scene.db.write([{ sql: 'DROP INDEX operation_one_unfinished' }])
      const password = 'Copper-Lantern-77-Ridge'
      await Promise.all([story.ask('repack', LARGE), story.ask('whisper', { password })])
      await story.look()
      await story.pass(story.process(), MINUTE)
    },
  },
  {
    safeguard: 'account lock',
    breaks: ['overlapping_calls'],
    async play(story, without) {
      await bound(story.scene, 'boss')
      story.scene.panel.add('bob', { owner: 'boss' })
      await bound(story.scene, 'bob')
      const rewrite = without ? { rewrite: unlocked } : {}
      story.scene.panel.fates = ['cut_late']
      const runner = story.process(rewrite)
      await story.ask('freeze', { all: true }, { service: 'boss' })
      await runner.tick()
      // The cascade's call for bob is still at work when bob's own page asks for something.
      await story.ask('repack', LARGE, { service: 'bob' })
      await runner.tick()
      story.serverGoesOn()
      await story.pass(runner, 2 * MINUTE)
    },
  },
  {
    safeguard: 'quarantine',
    breaks: ['duplicates', 'late_changes', 'overlapping_calls'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      story.scene.panel.fates = ['cut_late', 'done']
      const runner = story.process(without ? { timings: { quarantine: 0 } } : {})
      await story.ask('repack', LARGE)
      await runner.tick()
      await story.pass(runner, 5 * MINUTE)
      story.serverGoesOn()
      await story.pass(runner, 5 * MINUTE)
    },
  },
  {
    safeguard: 'read-back (an unknown outcome is hoped to be a success)',
    breaks: ['false_successes'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      story.scene.panel.fates = ['cut_before', 'done']
      const hoping = (step: StepHandler): StepHandler => ({
        ...step,
        prove: async () => ({ kind: 'done', evidence: 'hope' }),
      })
      const runner = story.process(without ? { around: hoping } : {})
      await story.ask('repack', LARGE)
      await runner.tick()
      await story.pass(runner, 20 * MINUTE)
    },
  },
  {
    safeguard: 'read-back (an unknown outcome is called a failure)',
    breaks: ['false_failures'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      story.scene.panel.fates = ['cut_after']
      const despairing = (step: StepHandler): StepHandler => ({
        ...step,
        async send(...call) {
          const outcome = await step.send(...call)
          return outcome.kind === 'uncertain' ? { ...outcome, kind: 'refused' } : outcome
        },
      })
      const runner = story.process(without ? { around: despairing } : {})
      await story.ask('repack', LARGE)
      await runner.tick()
      await story.pass(runner, 20 * MINUTE)
    },
  },
  {
    safeguard: 'identity check',
    breaks: ['foreign_accounts'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      const { panel } = story.scene
      // Whoever bears the name is taken for the one that was meant.
      const trusting = (step: StepHandler): StepHandler => ({
        ...step,
        before: (given, context) =>
          step.before(given, {
            ...context,
            situation: {
              ...context.situation,
              service: {
                ...context.situation.service,
                identity: panel.accounts.get(context.step.account) ?? null,
              },
            },
          }),
      })
      const runner = story.process(without ? { around: trusting } : {})
      await story.ask('repack', LARGE)
      panel.accounts.delete('bob')
      panel.add('bob')
      await runner.tick()
      await story.pass(runner, MINUTE)
    },
  },
  {
    safeguard: 'before-image',
    breaks: ['overwritten'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      const { panel } = story.scene
      story.images = true
      panel.fates = ['cut_before', 'done']
      // What stood there before the call is not kept: anything but the goal looks as if nothing had happened.
      const forgetful = (step: StepHandler): StepHandler => ({
        ...step,
        async before(...given) {
          const verdict = await step.before(...given)
          return verdict.kind === 'go' ? { kind: 'go', before: null } : verdict
        },
        prove: (given, context) =>
          step.prove(given, {
            ...context,
            step: {
              ...context.step,
              before: panel.accounts.get(context.step.account)?.package ?? null,
            },
          }),
      })
      const runner = story.process(without ? { around: forgetful } : {})
      const id = await story.ask('repack', LARGE)
      await runner.tick()
      panel.change('bob', { package: 'chosen by hand' })
      await story.pass(runner, 20 * MINUTE)
      if (id !== undefined) await seenByAPerson(story, id)
    },
  },
  {
    safeguard: 'last look at the lease before a byte leaves',
    breaks: ['duplicates', 'late_changes'],
    async play(story, without) {
      await bound(story.scene, 'bob')
      const door = gate()
      const first = story.process({ around: (step) => heldUp(step, !without, door) })
      const second = story.process()
      await story.ask('repack', LARGE)
      const stopped = first.tick()
      await door.reached
      await story.pass(second, 20 * MINUTE, 30 * SECOND)
      door.open()
      await stopped
      await story.pass(second, MINUTE)
    },
  },
  {
    safeguard: 'bound per server',
    breaks: ['over_bound'],
    async play(story, without) {
      const names = ['ann', 'bob', 'cem', 'dia', 'eve', 'fay']
      for (const name of names) await bound(story.scene, name)
      story.scene.panel.fates = names.map(() => 'cut_late')
      const timings = { writes_per_server: without ? 1000 : 4 }
      const runner = story.process({ timings })
      for (const service of names) await story.ask('repack', LARGE, { service })
      await runner.tick()
      await story.look()
      story.serverGoesOn()
      await story.pass(runner, MINUTE)
      story.serverGoesOn()
      await story.pass(runner, 20 * MINUTE)
      story.serverGoesOn()
      await story.pass(runner, MINUTE)
    },
  },
  {
    safeguard: 'bound per server, for what is sent again',
    breaks: ['over_bound'],
    async play(story, without) {
      const others = ['bob', 'cem', 'dia', 'eve']
      for (const name of ['ann', ...others]) await bound(story.scene, name)
      story.scene.panel.fates = ['cut_before', ...['ann', ...others].map(() => 'cut_late' as const)]
      const line = { door: gate(), left: 0 }
      const runner = story.process({
        ...(without ? { rewrite: unbound } : {}),
        around: (step) => afterOthers(step, line),
      })
      await story.ask('repack', LARGE, { service: 'ann' })
      await runner.tick()
      await story.pass(runner, MINUTE)
      // While nobody was at work, quarantine ended and others came: places for them, and none for what is sent again.
      for (const service of others) await story.ask('repack', LARGE, { service })
      line.left = others.length
      story.scene.now += 16 * MINUTE
      await runner.tick()
      await story.look()
      for (let turns = 0; turns < 3; turns++) {
        story.serverGoesOn()
        await story.pass(runner, 5 * MINUTE, 15 * SECOND)
      }
    },
  },
]

/** The same step, held up before its last look at the lease; or it does not look. */
function heldUp(step: StepHandler, looks: boolean, door: { pass(): Promise<void> }): StepHandler {
  return {
    ...step,
    async send(panel, context, departure) {
      await door.pass()
      if (looks && !departure.mayLeave()) return { kind: 'unsent', code: 'held_up' }
      return step.send(panel, context, departure)
    },
  }
}

/** Whoever looks after what needs a person has looked, and says that it is settled. */
async function seenByAPerson(story: Story, id: string): Promise<void> {
  const { resolve } = await import('../../bff/operations/resolve.ts')
  const { scene } = story
  await resolve(scene.deps, scene.caller(), id, {
    verdict: 'abandoned',
    why: 'it was changed by hand',
  })
}

for (const { safeguard, breaks, play } of TEETH)
  describe(`the ${safeguard}`, () => {
    it('in its place: nothing is broken', async () => {
      const story = await Story.begin()
      await play(story, false)
      const findings = await story.judged()
      assert.deepEqual(
        broken(findings).map((name) => [name, findings[name]]),
        [],
      )
    })
    it(`taken away: ${breaks.join(', ')}`, async () => {
      const story = await Story.begin()
      await play(story, true)
      assert.deepEqual(broken(await story.judged()), breaks)
    })
  })

describe('a process stopped exactly between the last look at its lease and the call', () => {
  /** The first process stands still for so long; another one goes on with its work; then the first one calls. */
  async function stoppedFor(ms: number): Promise<Story> {
    const story = await Story.begin()
    await bound(story.scene, 'bob')
    const door = gate()
    const first = story.process({ around: (step) => stopping(step, 'before_the_call', door) })
    const second = story.process()
    await story.ask('repack', LARGE)
    const stopped = first.tick()
    await door.reached
    await story.pass(second, ms, 15 * SECOND)
    door.open()
    await stopped
    await story.pass(second, 20 * MINUTE, 30 * SECOND)
    return story
  }

  it('for less than quarantine: the call is made once, and found by whoever took over', async () =>
    assert.deepEqual(broken(await (await stoppedFor(14 * MINUTE)).judged()), []))
  it('for longer than quarantine: it is made twice; that is the limit a server without fences leaves us', async () =>
    assert.deepEqual(broken(await (await stoppedFor(17 * MINUTE)).judged()), [
      'duplicates',
      'late_changes',
    ]))
})

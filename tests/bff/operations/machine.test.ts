import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { STEP_STATES } from '../../../bff/contract/operation.ts'
import {
  isOver,
  mayFollow,
  OPERATION_MOVES,
  STEP_MOVES,
  STORED_STATES,
  stepMayFollow,
} from '../../../bff/operations/machine.ts'
import { HOLDING_STATES } from '../../../db/operations.ts'
import { type Scene, setScene } from './scene.ts'

const MACHINES = [
  { name: 'operations', states: STORED_STATES, moves: OPERATION_MOVES, start: 'queued' },
  { name: 'steps', states: STEP_STATES, moves: STEP_MOVES, start: 'pending' },
] as const

for (const { name, states, moves, start } of MACHINES) {
  const all = Object.values(moves).map((move) => ({
    from: move.from as readonly string[],
    to: move.to as string,
  }))
  describe(`the states of ${name}`, () => {
    it('can all be reached from the beginning', () => {
      const reached = new Set<string>(
        all.filter(({ from }) => from.length === 0).map(({ to }) => to),
      )
      for (let size = 0; size !== reached.size; ) {
        size = reached.size
        for (const { from, to } of all)
          if (to !== 'same' && from.some((state) => reached.has(state))) reached.add(to)
      }
      assert.deepEqual([...reached].sort(), [...states].sort())
    })
    it('all lead to an end', () => {
      const ending = new Set(
        states.filter(
          (state) => !all.some(({ from, to }) => to !== 'same' && from.includes(state)),
        ),
      ) as Set<string>
      for (let size = 0; size !== ending.size; ) {
        size = ending.size
        for (const { from, to } of all) if (ending.has(to)) for (const one of from) ending.add(one)
      }
      assert.deepEqual([...ending].sort(), [...states].sort())
    })
    it('begin where they should', () =>
      assert.ok(all.some(({ from, to }) => from.length === 0 && to === start)))
  })
}

describe('an operation that has ended', () => {
  for (const state of ['succeeded', 'failed', 'cancelled', 'resolved'])
    it(`stays ${state}`, () => assert.equal(isOver(state), true))
  for (const state of STORED_STATES.slice(0, 6))
    it(`is not ${state}`, () => assert.equal(isOver(state), false))
})

describe('what may follow', () => {
  it('is what a move says', () => assert.equal(mayFollow('queued', 'leased'), true))
  it('is not what none says', () => assert.equal(mayFollow('queued', 'succeeded'), false))
  it('is never a state without its end', () =>
    assert.equal(mayFollow('succeeded', 'queued'), false))
  it('is a beginning where there was nothing', () =>
    assert.equal(mayFollow(undefined, 'queued'), true))
  it('never lets a sent step be sent without proof of absence', () =>
    assert.deepEqual(
      STEP_STATES.filter((state) => stepMayFollow(state, 'pending')),
      ['uncertain'],
    ))
})

describe('the database', () => {
  let scene: Scene
  let schema: string
  before(async () => {
    scene = await setScene()
    const [result] = await scene.db.write([
      { sql: `SELECT group_concat(sql, ';') AS all_sql FROM sqlite_master` },
    ])
    schema = String(result?.rows[0]?.all_sql)
  })
  after(() => scene.end())

  const listed = (pattern: RegExp) => {
    const inside = pattern.exec(schema)?.[1] ?? ''
    return inside.split(',').map((word) => word.trim().replaceAll("'", ''))
  }
  it('takes the states of operations and no others', () =>
    assert.deepEqual(listed(/"operation_state" CHECK\(state in \(([^)]+)\)/), [...STORED_STATES]))
  it('takes the states of steps and no others', () =>
    assert.deepEqual(listed(/"step_state" CHECK\(state in \(([^)]+)\)/), [...STEP_STATES]))
  it('keeps one operation of a service in the states before an end, but for the scheduled', () =>
    assert.deepEqual(
      listed(/operation_one_unfinished[^;]+WHERE state in \(([^)]+)\)/),
      STORED_STATES.filter((state) => !isOver(state) && state !== 'scheduled'),
    ))
  it('is asked for just these as the unfinished', () =>
    assert.deepEqual(
      [...HOLDING_STATES],
      STORED_STATES.filter((state) => !isOver(state) && state !== 'scheduled'),
    ))
})

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import { openStage, SHORT, type Stage } from './stage.ts'

/** Time runs sixty times faster: a call's 240 s are 4, createacct's 90 s are 1.5, quarantine's 15 min are 15 s. */
const FASTER = 60
const CALL = 240_000 / FASTER
let stage: Stage
before(async () => {
  stage = await openStage({ ...SHORT, quarantine: 900_000 / FASTER }, CALL)
})
after(() => stage.end())

async function ordered(domain: string, ms: number): Promise<Desk> {
  const desk = await Desk.order(stage, domain)
  await stage.faults([{ function: 'createacct', kind: 'delay', ms, times: 1 }])
  await desk.create()
  return desk
}

describe('an account that takes the server 90 seconds', () => {
  let desk: Desk
  before(async () => {
    desk = await ordered('ninety-seconds.example', 90_000 / FASTER)
  })
  after(() => desk.person.leave())

  it('is seen to be running', () => desk.sees('Create account', 'running'))
  it('is seen to be done', () => desk.sees('Create account', 'done'))
  it('was waited for: nothing had to be found out', async () => {
    assert.deepEqual(await desk.told(), ['The account was created.'])
  })
  it('was sent once', async () => {
    assert.equal(await desk.creations(), 1)
  })
  it('leaves the service active', async () => {
    assert.equal(await desk.state(), 'active')
  })
})

describe('an account the server makes after the call has timed out', () => {
  let desk: Desk
  before(async () => {
    desk = await ordered('ten-minutes.example', 600_000 / FASTER)
  })
  after(() => desk.person.leave())

  it('is not called a failure: it is being checked', () =>
    desk.sees('Create account', 'checking what happened'))
  it('says by when it will be known, and that the page may be closed', async () => {
    await desk.person.reads(/will know by .*You may close this page/)
  })
  it('leaves the service as it was until then', async () => {
    assert.equal(await desk.state(), 'unprovisioned')
  })
  it('is seen to be done', () => desk.sees('Create account', 'done'))
  it('never told of a failure in the log', async () => {
    assert.deepEqual(await desk.told(), ['The account was created.'])
  })
  it('was sent once', async () => {
    assert.equal(await desk.creations(), 1)
  })
  it('has one account on the server', async () => {
    assert.equal(await desk.accounts(), 1)
  })
  it('leaves the service active', async () => {
    assert.equal(await desk.state(), 'active')
  })
  it('gave nobody anything to complain of', () => {
    assert.deepEqual([desk.person.complaints, stage.reports], [[], []])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Late } from '../../widgets/parts/late.ts'

describe('something that is fetched late', () => {
  it('is not there before', () => {
    assert.equal(new Late(async () => 'it').now, undefined)
  })

  it('is there without waiting once it was wanted', async () => {
    const late = new Late(async () => 'it')
    await late.get()
    assert.equal(late.now, 'it')
  })

  it('is fetched once, however often it is wanted meanwhile', async () => {
    let fetched = 0
    const late = new Late(async () => ++fetched)
    await Promise.all([late.get(), late.get()])
    late.prefetch()
    assert.equal(await late.get(), 1)
  })

  it('is fetched again after a failure', async () => {
    const answers = [Promise.reject(new Error('no network')), Promise.resolve('it')]
    const late = new Late(async () => answers.shift())
    await assert.rejects(late.get(), /no network/)
    assert.equal(await late.get(), 'it')
  })

  it('comes by itself when the page has nothing else to do', async () => {
    let resolve = () => {}
    const promise = new Promise<void>((done) => {
      resolve = done
    })
    new Late(async () => resolve()).prefetch()
    await assert.doesNotReject(promise)
  })
})

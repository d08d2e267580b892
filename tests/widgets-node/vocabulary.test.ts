import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { onLocale } from '../../widgets/locales/by-language.ts'
import { Vocabulary } from '../../widgets/locales/vocabulary.ts'

const made = (load: () => Promise<Partial<Record<'hello' | 'bye', string>>>) =>
  new Vocabulary({ hello: 'Hello', bye: 'Bye' }, { ar: load })

describe('words of one element', () => {
  it('are English where a language is not known', () => {
    assert.equal(made(async () => ({})).phrase('fr', 'hello'), 'Hello')
  })

  it('are English until a shipped language has come, and then of it', async () => {
    const words = made(async () => ({ hello: 'مرحبا' }))
    const came = new Promise<void>((resolve) => {
      const stop = onLocale(() => {
        stop()
        resolve()
      })
    })
    const before = words.phrase('ar-EG', 'hello')
    await came
    assert.deepEqual([before, words.phrase('ar-EG', 'hello')], ['Hello', 'مرحبا'])
  })

  it('are fetched once, however often they are wanted', () => {
    let fetched = 0
    const words = made(() => {
      fetched++
      return new Promise(() => {})
    })
    words.phrase('ar', 'hello')
    words.phrase('ar', 'bye')
    assert.equal(fetched, 1)
  })

  it('are those a page gives them', () => {
    const words = made(async () => ({}))
    words.register('fr', { hello: 'Bonjour' })
    assert.equal(words.phrase('fr-CA', 'hello'), 'Bonjour')
  })

  it('are English where a page’s language lacks one', () => {
    const words = made(async () => ({}))
    words.register('fr', { hello: 'Bonjour' })
    assert.equal(words.phrase('fr', 'bye'), 'Bye')
  })
})

import { sampleWorld } from './whm/sample.ts'
import type { World } from './whm/world.ts'

/** The server the demo's products live on. */
export function livingWorld(): World {
  return sampleWorld(Date.now())
}

/** A server that answers while the demo is planted and never again: one product was sold on it. */
export function departingWorld(): World {
  const world = sampleWorld(Date.now())
  const { olive } = world.accounts
  if (olive === undefined) throw new Error('the sample world has lost an account')
  world.hostname = 'srv2.demo.test'
  world.accounts = {
    ...world.accounts,
    willow: { ...olive, user: 'willow', domain: 'willow-clinic.example', home: '/home/willow' },
  }
  return world
}

// How much is played in the soak. Without settings it is the whole of it, which takes hours; `.ci/run` gives bounds.
import { systemNames } from '../../src/lib/load/system.ts'
import { templatesFolder } from '../requirements/templates.ts'

const { DR_SOAK_SEEDS = '10000', DR_SOAK_LIVES = '200', DR_SOAK_CRASHES } = process.env

/** The last seed of the miniature system. */
export const seeds = Number(DR_SOAK_SEEDS)

/** Random lives of each system that comes with dr. */
export const lives = Number(DR_SOAK_LIVES)

/** Systems whose runs die at every place. */
export const crashing = DR_SOAK_CRASHES?.split(',') ?? systemNames(templatesFolder)

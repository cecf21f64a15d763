// In which order the files of tests begin: those that take minutes first, so that neither core waits for one at the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const longest = /\/simulation\/(crash-transactions|systems|seeds|seeds-more)\.test\.ts$|\/drill\/crash\.test\.ts$/

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => longest.test(moduleId)
    return [...usual.filter(isLong), ...usual.filter((file) => !isLong(file))]
  }
}

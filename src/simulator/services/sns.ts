// SNS, as runbooks use it: what a topic was told is kept with it, where tests can read it.
import { Refusal, type Answers, type Call } from '../answer.ts'
import { existing } from '../existing.ts'

/** SNS, by command. */
export const answers: Answers = {
  PublishCommand: ({ TopicArn = '', Subject = '', Message = '' }: Record<string, string>, { cloud, region }: Call) => {
    const topic = existing(cloud, region, 'AWS::SNS::Topic', TopicArn)
    if (!topic) throw new Refusal('NotFound', 'Topic does not exist', 404)
    if (Message === '') throw new Refusal('InvalidParameter', 'Invalid parameter: Empty message')
    if (Subject.length >= 100 || /\p{Cc}/u.test(Subject)) {
      throw new Refusal('InvalidParameter', 'Invalid parameter: Subject')
    }
    const told = (topic.state?.told as object[] | undefined) ?? []
    topic.state = { ...topic.state, told: [...told, { at: cloud.now, subject: Subject, message: Message }] as never }
    return { MessageId: `${told.length + 1}` }
  },
}

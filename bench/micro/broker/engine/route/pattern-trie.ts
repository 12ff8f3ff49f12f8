import type { InterestGroup } from '../../../../../packages/broker/dist/engine/fanout/interest-group.js';
import { PatternTrie } from '../../../../../packages/broker/dist/engine/route/pattern-trie.js';
import { allTopics } from '../../../../../packages/broker/dist/engine/route/prefix-set.js';
import { topicOf } from '../../../messages.js';
import { kept, type MicroBench } from '../../../micro-bench.js';

const group = { key: 'group' } as InterestGroup;
const topics = Array.from({ length: 1_000 }, (_, index) => topicOf(index));

function filledTrie(): PatternTrie<InterestGroup> {
  const trie = new PatternTrie<InterestGroup>();
  for (const topic of topics) trie.add(topic, { group, prefixes: allTopics });
  for (const pattern of ['>', '*.tick', 'sz000001.*', '*.kline.1m']) trie.add(pattern, { group, prefixes: allTopics });
  return trie;
}

export const patternTrieBenches: readonly MicroBench[] = [
  {
    name: 'broker/engine/route/pattern-trie: match among 1,004 patterns',
    prepare: () => {
      const trie = filledTrie();
      return (count) => {
        for (let index = 0; index < count; index++) {
          const found = new Set<InterestGroup>();
          trie.match(topics[index % topics.length]!, found);
          kept.value += found.size;
        }
      };
    },
  },
  {
    name: 'broker/engine/route/pattern-trie: add and remove',
    prepare: () => {
      const trie = filledTrie();
      return (count) => {
        for (let index = 0; index < count; index++) {
          trie.add('sz999999.tick', { group, prefixes: allTopics });
          trie.remove('sz999999.tick', group);
        }
      };
    },
  },
];

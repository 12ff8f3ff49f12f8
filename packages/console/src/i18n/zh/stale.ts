import type { stale as english } from '../en/stale.js';
import type { Words } from '../words.js';

export const stale: Words<typeof english> = {
  stale: {
    reason: '原因',
    staleFor: '断流时间',
    since: '开始于 {{time}}。',
    reasons: {
      silent: '超时无数据',
      publisher_gone: '发布者已断开',
      never_started: '未开始发布',
      outside_hours: '休市',
    },
    sentences: {
      silent: '最近一条消息的时间超过了该主题规则允许的时长。',
      publisher_gone: '最近一分钟内向此主题发布过的会话都已结束。',
      never_started: '市场已开盘，但 Broker 启动以来没有收到任何消息。',
      outside_hours: '根据该主题的交易日历，当前休市。',
    },
    goneHint: '发布者已断开。没有新鲜度规则适用于此主题，因此不算断流。',
    editRules: '新鲜度规则',
  },
};

import type { prices as english } from '../en/prices.js';
import type { Words } from '../words.js';

export const prices: Words<typeof english> = {
  prices: {
    roles: { last: '最新价', prevClose: '昨收', bid: '买一', ask: '卖一', volume: '成交量' },
    change: '涨跌幅',
    fromClose: '较昨收 {{basis}} 涨跌 {{change}}',
    fromFirst: '较打开本页时的 {{basis}} 涨跌 {{change}}',
    age: '更新',
    show: '显示',
    fields: '价格来源',
    fieldsHint: '每个价格从消息体的哪一列读取。',
    found: '按名称：{{name}}',
    noColumn: '无',
    boards: '看板',
    save: '保存此看板',
    boardName: '看板名称',
    savedHere: '连同列和排序保存在此浏览器中。',
    replaces: '将替换看板“{{name}}”。',
    remove: '移除看板“{{name}}”',
    leftOut_other: '未显示 {{n}} 个主题',
    leftOutHint: '一个看板最多显示 5,000 个主题，且不显示超过 64 KiB 的值。请缩小模式以查看其余主题。',
    unconfirmed: '未确认',
    unconfirmedHint: '连接曾中断，此后 Broker 尚未发送此主题。',
    noValues: '此模式的主题还没有值。',
    noNamespace: '没有保留最新值的启用命名空间。看板显示每个主题的最新值。',
  },
};

"""Ten after-sales types with plain keywords in two languages, and sixty Chinese tickets written for them.

The keywords are those a shop would write down at its first sight of the tree; the Bitext intents map onto the types.
"""

from __future__ import annotations

from fupan.engine.labels import Description

TYPES: dict[str, Description] = {
    "order": Description(
        {"en": "Order placing, change and cancellation", "zh-hans": "下单、改单与取消"},
        {
            "en": ["place an order", "buy a product", "change my order", "cancel my order", "cancellation fee"],
            "zh-hans": ["下单", "购买商品", "修改订单", "取消订单", "取消费用"],
        },
    ),
    "address": Description(
        {"en": "Shipping address", "zh-hans": "收货地址"},
        {
            "en": ["change the shipping address", "wrong address", "add a new address"],
            "zh-hans": ["修改收货地址", "地址写错了", "新增地址"],
        },
    ),
    "delivery": Description(
        {"en": "Delivery and tracking", "zh-hans": "物流配送"},
        {
            "en": ["where is my parcel", "track my order", "delivery time", "shipping methods", "do you ship to"],
            "zh-hans": ["包裹在哪里", "查物流", "多久送到", "配送方式", "能不能寄到"],
        },
    ),
    "refund": Description(
        {"en": "Refund", "zh-hans": "退款"},
        {
            "en": ["I want my money back", "refund status", "refund policy", "compensation"],
            "zh-hans": ["把钱退给我", "退款进度", "退款政策", "赔偿"],
        },
    ),
    "invoice": Description(
        {"en": "Invoice", "zh-hans": "发票"},
        {
            "en": ["send me the invoice", "download the invoice", "bill", "receipt"],
            "zh-hans": ["开发票", "下载发票", "账单", "收据"],
        },
    ),
    "payment": Description(
        {"en": "Payment", "zh-hans": "支付"},
        {
            "en": ["payment failed", "payment methods", "credit card declined", "charged twice"],
            "zh-hans": ["付款失败", "支付方式", "信用卡被拒", "重复扣款"],
        },
    ),
    "account": Description(
        {"en": "Account and sign-in", "zh-hans": "账号与登录"},
        {
            "en": [
                "create an account",
                "delete my account",
                "forgot my password",
                "change my profile",
                "cannot sign up",
            ],
            "zh-hans": ["注册账号", "注销账号", "忘记密码", "修改个人资料", "无法注册"],
        },
    ),
    "contact": Description(
        {"en": "Reach a person", "zh-hans": "联系人工客服"},
        {
            "en": ["talk to a human", "customer service phone number", "opening hours of support"],
            "zh-hans": ["转人工", "客服电话", "客服上班时间"],
        },
    ),
    "feedback": Description(
        {"en": "Complaint or review", "zh-hans": "投诉与评价"},
        {
            "en": ["file a complaint", "leave a review", "give feedback"],
            "zh-hans": ["我要投诉", "写评价", "提意见"],
        },
    ),
    "newsletter": Description(
        {"en": "Newsletter", "zh-hans": "邮件订阅"},
        {
            "en": ["subscribe to the newsletter", "unsubscribe", "stop sending me marketing mail"],
            "zh-hans": ["订阅邮件", "退订", "不要再发营销邮件"],
        },
    ),
}

BITEXT = {
    "order": ("place_order", "change_order", "cancel_order", "check_cancellation_fee"),
    "address": ("change_shipping_address", "set_up_shipping_address"),
    "delivery": ("delivery_options", "delivery_period", "track_order"),
    "refund": ("check_refund_policy", "get_refund", "track_refund"),
    "invoice": ("check_invoice", "get_invoice"),
    "payment": ("check_payment_methods", "payment_issue"),
    "account": (
        "create_account",
        "delete_account",
        "edit_account",
        "recover_password",
        "registration_problems",
        "switch_account",
    ),
    "contact": ("contact_customer_service", "contact_human_agent"),
    "feedback": ("complaint", "review"),
    "newsletter": ("newsletter_subscription",),
}

CHINESE: dict[str, tuple[str, ...]] = {
    "order": (
        "拍错颜色了，订单还没发，能帮我换成黑色的吗",
        "不想要了，麻烦把我昨天拍的那单取消掉",
        "我想再加一件一起买，还能并到原来的订单里吗",
        "请问这个怎么买啊，一直点不了提交订单",
        "现在取消的话要扣手续费吗？",
        "数量填成两个了，我只要一个，帮忙改一下",
    ),
    "address": (
        "我搬家了，麻烦把收件地址改成公司那边",
        "门牌号少写了一位，能帮我更正吗",
        "怎么在你们这里添加一个新的收货地址",
        "地址填成老家的了，还来得及改吗",
        "系统提示我的地址无效，保存不了",
        "收件人电话和街道都写错了，请帮我修改",
    ),
    "delivery": (
        "都一个星期了快递还没到，到底走到哪儿了？",
        "物流信息三天没有更新了，帮我催一下",
        "请问下单后大概几天能收到货",
        "你们发什么快递？可以发顺丰吗",
        "能寄到加拿大吗，运费怎么算",
        "显示已签收可是我根本没拿到包裹",
    ),
    "refund": (
        "东西已经退回去十天了，钱怎么还没到账",
        "我要求全额退款",
        "请问什么情况下可以申请退钱",
        "退款到底什么时候能处理好？",
        "质量这么差，你们打算怎么赔我",
        "只收到一半货，差的那部分钱退给我吧",
    ),
    "invoice": (
        "公司报销要用，麻烦开一张增值税发票",
        "电子发票在哪里可以下载？",
        "抬头开错了，能重开一张吗",
        "我没有收到你们的账单，再发我一份",
        "想看一下上个月那笔订单的发票",
        "请提供购买凭证和收据，谢谢",
    ),
    "payment": (
        "一直提示支付失败，换了两张卡都不行",
        "可以用支付宝付款吗",
        "同一个订单扣了我两次钱！",
        "你们支持哪些付款方式，能分期吗",
        "信用卡刷不了是什么原因",
        "钱已经扣了，页面却显示未付款",
    ),
    "account": (
        "密码忘了，登不上去，怎么找回",
        "我想把账号注销掉",
        "注册的时候收不到验证码",
        "怎么修改我的用户名和手机号",
        "想升级成会员账户，在哪里操作",
        "我的帐户被锁住了，登录不了",
    ),
    "contact": (
        "别再让机器人回复了，我要找真人",
        "你们客服电话是多少？打不通啊",
        "几点以后有人工在线",
        "麻烦帮我转接一下客服专员",
        "周末有没有客服值班",
        "怎么才能联系上你们的工作人员",
    ),
    "feedback": (
        "服务态度太恶劣了，我要投诉你们",
        "东西不错，想给个好评，在哪里写评论",
        "我要向消费者协会举报你们店",
        "对你们的服务有一些建议想反映",
        "买家秀怎么发，想晒个图评价一下",
        "这次购物体验非常糟糕，我要提出正式投诉",
    ),
    "newsletter": (
        "别再给我发广告邮件了，烦死了",
        "怎么订阅你们的新品资讯",
        "我想取消邮件订阅",
        "点了退订还是天天收到推广信",
        "想通过邮箱接收你们的优惠信息，怎么订",
        "请把我的邮箱从你们的邮件列表里删掉",
    ),
}

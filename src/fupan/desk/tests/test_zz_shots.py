import pytest, random
from datetime import timedelta
from fupan.commerce.models import *
from fupan.desk import services
from fupan.desk.models import Ticket
from fupan.desk.tests.support import *
from fupan.core import clock
from tests.support.browser import chromium, page, sign_in
T=[l.split('|',1)[1] for l in open('/tmp/b_rules.py').read().split("T='''")[1].split("'''")[0].split('\n')]
@pytest.mark.django_db(transaction=True)
def test_shots(workspace, shop, shopee, mei, omar, page, sign_in):
    services.plant_trees(workspace)
    rng=random.Random(1)
    prods=[Product.objects.create(workspace=workspace,code=f"P{i}",name=n) for i,n in enumerate(["充电宝 A20 · 20000 mAh","水杯 K4","瑜伽裤 Y7","台灯 L2","耳机 E3"])]
    ls=[Listing.objects.create(workspace=workspace,shop=shop,product=p,sku=p.code+"-BK") for p in prods]
    b=Batch.objects.create(workspace=workspace,product=prods[0],code="2609")
    src=an_import(workspace); rows=[]
    for i in range(70):
        n=f"302-{8841907+i//3:07d}-5512345"
        if i%3==0:
            o=Order.objects.create(workspace=workspace,shop=shop,number=n,country="DE",carrier="DHL",fulfilment="platform",placed_at=at(-20),delivered_at=at(-8),promised_at=at(-7))
            OrderLine.objects.create(workspace=workspace,order=o,key="1",listing=rng.choice(ls),batch=b if i%2 else None,week=202643,amount=39.99,currency="EUR",units=1)
        day=at(rng.choice([4.2,4.5,4.7,4.78,3,2,1,0,-3]))
        rows.append(rec(f"x{i}", rng.choice(["inquiry","inquiry","return","rating"]), day, order_number=n, text="Hallo,\n\n"+rng.choice(T)+".\nBestellung "+n+"\n\nMfG\nAnna Hoffmann", subject=rng.choice(T), buyer_name="Anna Hoffmann", buyer=f"B{i//4}", stars=rng.choice([1,2,5]) if i%5==0 else None, reply=rng.choice(["","","Guten Tag Anna, danke für die Beschreibung. Könnten Sie uns bitte die Seriennummer nennen?"]), first_response_at=None))
    receive(src,shop,rows[:50]); receive(src,shopee,rows[50:])
    services.open_received(src.pk)
    t=Ticket.objects.filter(state="waiting",kind="inquiry").order_by("-opened_at").first()
    services.note_ticket(t,"序列号 2609 开头的话就是那批，不用再让买家试线。",by=mei)
    services.assign(t,mei,by=mei); services.label_ticket(t,"wont_charge",by=mei)
    sign_in(omar)
    def shot(name,url,full=False):
        page.goto(url); page.wait_for_timeout(400); page.screenshot(path=f"/tmp/shots/{name}.png",full_page=full,caret="initial")
    for lang in ("en","zh-hans"):
        page.context.add_cookies([{"name":"django_language","value":lang,"url":page.url}])
        shot(f"list-{lang}","/tickets/")
        shot(f"ticket-{lang}",f"/tickets/{t.number}/")
        shot(f"queue-{lang}","/labels/")
        shot(f"tree-{lang}","/settings/labels/")
        shot(f"rules-{lang}","/settings/labels/?section=rules&try=1&language=de&words=lädt + nicht&issue=wont_charge",True)
    page.set_viewport_size({"width":390,"height":844})
    shot("phone-list","/tickets/"); shot("phone-ticket",f"/tickets/{t.number}/",True); shot("phone-queue","/labels/")
    page.set_viewport_size({"width":1440,"height":1000})
    page.goto("/labels/"); page.keyboard.press("1"); page.wait_for_timeout(500); page.screenshot(path="/tmp/shots/queue-after.png",caret="initial")
    page.keyboard.press("u"); page.wait_for_timeout(500); page.screenshot(path="/tmp/shots/queue-undo.png",caret="initial")
    page.goto("/tickets/"); page.evaluate("document.documentElement.dataset.bsTheme='dark'"); page.click("[data-select-all]"); page.wait_for_timeout(300); page.screenshot(path="/tmp/shots/list-dark.png",caret="initial")

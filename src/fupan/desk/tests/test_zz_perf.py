import time, random
from datetime import timedelta, UTC, datetime
from fupan.desk import services
from fupan.desk.models import *
from fupan.commerce.models import *
from fupan.intake.models import Received
from tests.support import personas
from fupan.desk.tests.support import *
import json
T=[l.split('|',1)[1] for l in open('/tmp/b_rules.py').read().split("T='''")[1].split("'''")[0].split('\n')]
def test_perf(workspace, shop, mei):
    t=time.process_time()
    services.plant_trees(workspace); print('plant', time.process_time()-t)
    rng=random.Random(1)
    prods=Product.objects.bulk_create([Product(workspace=workspace,code=f"P{i}",name=f"prod {i}") for i in range(120)])
    ls=Listing.objects.bulk_create([Listing(workspace=workspace,shop=shop,product=p,sku=p.code+"-X",asin="B"+p.code) for p in prods])
    start=datetime(2025,9,20,tzinfo=UTC)
    orders=[Order(workspace=workspace,shop=shop,number=f"302-{i:07d}-0000001",country="DE",carrier="DHL",placed_at=start+timedelta(minutes=i*20)) for i in range(30000)]
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create([OrderLine(workspace=workspace,order=o,key="1",listing=rng.choice(ls),week=202601) for o in orders])
    imp=an_import(workspace)
    rows=[]
    for i in range(24000):
        o=rng.choice(orders)
        r=rec(f"x{i}", rng.choice(["inquiry","inquiry","return","rating"]), o.placed_at+timedelta(days=rng.random()*20), order_number=o.number, text=rng.choice(T)+" "+rng.choice(T)+f" {o.number}", buyer_name=f"Anna{i} Meyer{i}", buyer_email=f"a{i}@m.example", buyer=f"BUY{i}", reply=rng.choice(["","Dear customer, we are sorry "+rng.choice(T)]))
        rows.append(Received(workspace=workspace,shop=shop,imported=imp,chunk=i//2000,kind=r.kind,outside_id=r.outside_id,digest="d",body=body(r)))
    Received.objects.bulk_create(rows)
    import cProfile,pstats
    pr=cProfile.Profile()
    t=time.process_time(); w=time.time()
    import os
    if os.environ.get("PROF"): pr.enable()
    for c in range(12): services.open_received(imp.pk,c)
    pr.disable()
    print('open', time.process_time()-t, time.time()-w)
    if os.environ.get("PROF"): pstats.Stats(pr).sort_stats('tottime').print_stats(35)
    from collections import Counter
    print(Ticket.objects.count(), Incident.objects.count(), Message.objects.count(), Counter(Ticket.objects.values_list('label_source',flat=True)))
    t=time.process_time()
    for c in range(12): services.open_received(imp.pk,c)
    print('again', time.process_time()-t)
    assert 0

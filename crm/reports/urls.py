from crm.reports import listurls

urlpatterns = [*listurls.urlpatterns]

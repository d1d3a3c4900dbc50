"""The funder's page of an order, and Stripe's way in."""

from django.urls import path

from billing.views import card, order, quote

app_name = "billing"
urlpatterns = [
    path("stripe/", card.webhook, name="stripe"),
    path("<str:reference>/", order.page, name="order"),
    path("<str:reference>/open/<str:token>/", order.open_link, name="open"),
    path("<str:reference>/link/", order.ask_for_link, name="link"),
    path("<str:reference>/accept/", quote.accept, name="accept"),
    path("<str:reference>/decline/", quote.decline, name="decline"),
    path("<str:reference>/pay/", card.pay, name="pay"),
    path("<str:reference>/quotes/<int:version>.pdf", order.quote_pdf, name="quote_pdf"),
    path("<str:reference>/invoices/<str:number>.pdf", order.invoice_pdf, name="invoice_pdf"),
    path("<str:reference>/credit-notes/<str:number>.pdf", order.credit_note_pdf, name="credit_note_pdf"),
]

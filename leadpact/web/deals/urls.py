"""Addresses of deals."""

from django.urls import path

from leadpact.web.deals import board, deeds, lists, new, views

urlpatterns = [
    path("deals/", lists.deals, name="deals"),
    path("deals.csv", lists.deals_csv, name="deals_csv"),
    path("deals/board/", board.board, name="deals_board"),
    path("deals/new/", new.choose, name="deal_new"),
    path("deals/new/company/", new.add_company, name="deal_new_company"),
    path("deals/new/<int:company_id>/", new.open_deal, name="deal_open"),
    path("deals/<int:deal_id>/", views.deal, name="deal"),
    path("deals/<int:deal_id>/win/", deeds.win, name="deal_win"),
    path("deals/<int:deal_id>/lose/", deeds.lose, name="deal_lose"),
    path("deals/<int:deal_id>/reopen/", deeds.reopen, name="deal_reopen"),
    path("deals/<int:deal_id>/move/", deeds.move, name="deal_move"),
    path("deals/<int:deal_id>/undo-move/<int:entry_id>/", deeds.undo_move, name="deal_undo_move"),
    path("deals/<int:deal_id>/amount/", deeds.amount, name="deal_amount"),
    path("deals/<int:deal_id>/next-step/", deeds.next_step, name="deal_next_step"),
    path("deals/<int:deal_id>/owner/", deeds.owner, name="deal_owner"),
    path("deals/<int:deal_id>/persons/", deeds.persons, name="deal_persons"),
]

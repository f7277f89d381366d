-- Discounts of the shop in shop.ts: each rule gets an order, and returns how much to take off, or nil.

rule("vip", function(order)
  if order.customer.vip then
    print("VIP customer")
    local sum = 0
    for _, item in ipairs(order.items) do sum = sum + item.price end
    return sum / 10
  end
end)
